import Dexie, { type EntityTable, type Table } from "dexie";
import type { Account, CommandType, FileKind, FileStatus, Kind } from "./types.ts";

/**
 * What lies in IndexedDB: one database per tenant and user, so that nobody's outbox is ever sent in
 * another name. Bytes of files lie apart from their records: big records slow every scan down, and
 * some browsers lose blobs, so they are kept as buffers in parts.
 */
export const PART_BYTES = 1024 * 1024;

export type Doc = Record<string, unknown>;

export interface RowRecord {
  /** `kind:id`, see `keyOf`. */
  key: string;
  revision: number;
  doc: Doc;
  /** The load that has seen this row last; what a complete load has not seen is swept away. */
  generation: number;
  /** No longer this user's; the server says nothing more about it. */
  revoked?: 1;
}

export interface Result {
  status: "applied" | "merged" | "conflict" | "refused" | "parked";
  details: Doc;
  /** The feed's height that shows what the command did. */
  height: number;
  epoch: string;
  at: string;
}

export interface CommandRecord {
  id: string;
  seq: number;
  type: CommandType;
  entityId: string;
  args: Doc;
  baseRevision: number | null;
  at: string;
  by: string;
  /** 1 until the server has answered. */
  unsent: 0 | 1;
  /** Has been under way at least once: the server may know it. */
  tried: boolean;
  /** The rows that still have to be shown with this command's effect. */
  overlay: string[];
  /** All rows it is about, for as long as it is kept. */
  touches: string[];
  /** What a reducer needs that neither the row nor the arguments say. */
  context: Doc;
  about?: { number: number; title: string };
  result?: Result;
  receipted: 0 | 1;
  trouble: 0 | 1;
  /** The server cannot even read it: only its number and id travel, so that others may pass. */
  hollow?: true;
}

export interface FileRecord {
  attachmentId: string;
  entityKind: Kind;
  entityId: string;
  kind: FileKind;
  name: string;
  mime: string;
  size: number;
  sha256: string;
  at: string;
  status: FileStatus;
  sentBytes: number;
  /** The bytes are still here. */
  kept: 0 | 1;
  uploadUrl?: string;
  code?: string;
  failures: number;
  settledAt?: string;
}

export interface PartRecord {
  attachmentId: string;
  part: number;
  data: ArrayBuffer;
}

/** Where the pull stands. It moves in the same transaction as the rows. */
export interface Feed {
  cursor: string | null;
  epoch: string;
  height: number;
  generation: number;
  /** A load from the start is under way; what it has not seen goes at its end. */
  loading: boolean;
  /** Some load has been complete once: the app is usable without a network. */
  complete: boolean;
  received: number;
}

export interface Installation {
  id: string;
  enrolled: boolean;
  nextSeq: number;
}

/** What the leading tab knows of the network, for the other tabs. */
export interface Network {
  online: boolean;
  busy: boolean;
  signedOut: boolean;
  revoked: boolean;
  lastSyncAt: string | null;
  lastAttemptAt: string | null;
  clockSkewMs: number;
  error?: { code: string; at: string };
}

export interface Lease {
  holder: string;
  until: number;
}

interface MetaValues {
  feed: Feed;
  installation: Installation;
  network: Network;
  lease: Lease;
  keys: JsonWebKey[];
  /** The epoch in which everything retained was last seen to be on the server. */
  verifiedEpoch: string;
  comparedAt: string;
  /** The browser has thrown a database of this account away; `unsent` were in it. */
  vanished: { at: string; unsent: number };
}

interface MetaRecord {
  name: keyof MetaValues;
  value: unknown;
}

export interface StoreOptions {
  indexedDB?: IDBFactory | undefined;
  IDBKeyRange?: typeof IDBKeyRange | undefined;
}

export const FIRST_FEED: Feed = {
  cursor: null,
  epoch: "",
  height: 0,
  generation: 1,
  loading: true,
  complete: false,
  received: 0,
};

export const FIRST_NETWORK: Network = {
  online: true,
  busy: false,
  signedOut: false,
  revoked: false,
  lastSyncAt: null,
  lastAttemptAt: null,
  clockSkewMs: 0,
};

export class Store extends Dexie {
  readonly records!: Table<RowRecord, string>;
  readonly commands!: EntityTable<CommandRecord, "id">;
  readonly files!: EntityTable<FileRecord, "attachmentId">;
  readonly parts!: Table<PartRecord, [string, number]>;
  readonly drafts!: Table<{ key: string; value: unknown }, string>;
  readonly meta!: Table<MetaRecord, string>;

  constructor(account: Account, options: StoreOptions = {}) {
    super(storeName(account), dexieOptions(options));
    // Live queries do nothing while Dexie knows of no IndexedDB at all, as in Node.
    if (options.indexedDB) Dexie.dependencies.indexedDB ??= options.indexedDB;
    if (options.IDBKeyRange) Dexie.dependencies.IDBKeyRange ??= options.IDBKeyRange;
    this.version(1).stores({
      records: "key, revoked",
      commands: "id, &seq, [unsent+seq], receipted, trouble, entityId, *overlay, *touches",
      files: "attachmentId, entityId, status, kept, sha256",
      parts: "[attachmentId+part]",
      drafts: "key",
      meta: "name",
    });
  }

  async value<K extends keyof MetaValues>(name: K): Promise<MetaValues[K] | undefined> {
    return (await this.meta.get(name))?.value as MetaValues[K] | undefined;
  }

  async keep<K extends keyof MetaValues>(name: K, value: MetaValues[K]): Promise<void> {
    await this.meta.put({ name, value });
  }

  async feed(): Promise<Feed> {
    return (await this.value("feed")) ?? FIRST_FEED;
  }

  async network(): Promise<Network> {
    return (await this.value("network")) ?? FIRST_NETWORK;
  }
}

/** Strict: an engineer who was told "saved" may take the battery out. */
export function dexieOptions(options: StoreOptions): Record<string, unknown> {
  const { indexedDB, IDBKeyRange: range } = options;
  return {
    chromeTransactionDurability: "strict",
    ...(indexedDB ? { indexedDB } : {}),
    ...(range ? { IDBKeyRange: range } : {}),
  };
}

export function storeName(account: Pick<Account, "tenantId" | "userId">): string {
  return `truckroll:${account.tenantId}:${account.userId}`;
}

export function keyOf(kind: Kind, id: string): string {
  return `${kind}:${id}`;
}

export function partsOfKey(key: string): { kind: Kind; id: string } {
  const colon = key.indexOf(":");
  return { kind: key.slice(0, colon) as Kind, id: key.slice(colon + 1) };
}

/** The bounds of all keys of a kind; ";" follows ":" in every collation that IndexedDB has. */
export function keysOf(kind: Kind): [string, string] {
  return [`${kind}:`, `${kind};`];
}
