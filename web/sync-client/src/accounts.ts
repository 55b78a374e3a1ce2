import Dexie, { type Table } from "dexie";
import { dexieOptions } from "./store.ts";
import type { Account } from "./types.ts";

/**
 * Who has data on this phone. It lies in a database of its own, so that an app starts without a
 * session, and so that a tenant's database that has vanished is noticed.
 */
interface AccountRecord extends Account {
  key: string;
  rememberedAt: string;
}

/** What should be in an account's database: if it is not, the browser has thrown it away. */
export interface Sentinel {
  key: string;
  installationId: string;
  lastSeq: number;
  unsent: number;
}

class Directory extends Dexie {
  readonly accounts!: Table<AccountRecord, string>;
  readonly sentinels!: Table<Sentinel, string>;

  constructor(indexedDB?: IDBFactory) {
    super("truckroll", dexieOptions({ indexedDB }));
    this.version(1).stores({ accounts: "key", sentinels: "key" });
  }
}

export function accountKey(account: Pick<Account, "tenantId" | "userId">): string {
  return `${account.tenantId}:${account.userId}`;
}

/** The accounts with data on this phone, the one used last first. */
export async function knownAccounts(indexedDB?: IDBFactory): Promise<Account[]> {
  const found = await within(indexedDB, (directory) => directory.accounts.toArray());
  return found
    .sort((a, b) => (a.rememberedAt < b.rememberedAt ? 1 : -1))
    .map(({ key: _key, rememberedAt: _at, ...account }) => account);
}

export async function rememberAccount(account: Account, indexedDB?: IDBFactory): Promise<void> {
  const rememberedAt = new Date().toISOString();
  const record = { ...account, key: accountKey(account), rememberedAt };
  await within(indexedDB, (directory) => directory.accounts.put(record));
}

export async function readSentinel(
  account: Account,
  indexedDB?: IDBFactory,
): Promise<Sentinel | undefined> {
  return within(indexedDB, (directory) => directory.sentinels.get(accountKey(account)));
}

export async function writeSentinel(sentinel: Sentinel, indexedDB?: IDBFactory): Promise<void> {
  await within(indexedDB, (directory) => directory.sentinels.put(sentinel));
}

async function within<T>(
  indexedDB: IDBFactory | undefined,
  work: (directory: Directory) => PromiseLike<T>,
): Promise<T> {
  const directory = new Directory(indexedDB);
  try {
    return await work(directory);
  } finally {
    directory.close();
  }
}
