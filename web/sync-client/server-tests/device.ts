import { createInterface } from "node:readline";
import {
  type Account,
  type Kind,
  type NewCommand,
  type NewFile,
  SyncClient,
} from "../src/index.ts";
import { digestsOf } from "../src/compare.ts";
import { Store } from "../src/store.ts";
import { durableFactory, IDBKeyRange } from "./durable.ts";

/**
 * An engineer's phone as a process that a test may kill: orders come in as lines of JSON, answers
 * go out in the same order. Its data lies in a folder, as a phone's lies in its flash memory.
 */
interface Setup {
  base: string;
  login: string;
  password: string;
  folder: string;
  account: Account;
  skewMs: number;
}

interface Order {
  do: string;
  tab?: number;
  kind?: string;
  id?: string;
  command?: NewCommand;
  file?: Omit<NewFile, "blob" | "takenAt"> & { base64: string; mime: string };
  seconds?: number;
}

const setup = JSON.parse(process.argv[2] ?? "{}") as Setup;
const now = () => new Date(Date.now() + setup.skewMs);
const indexedDB = await durableFactory(setup.folder);
let token = "";
let mayRenew = true;

let renewing: Promise<boolean> | undefined;

/** One session for all requests that were refused at once, as the apps have it. */
function renew(): Promise<boolean> {
  renewing ??= signIn().finally(() => (renewing = undefined));
  return renewing;
}

async function signIn(): Promise<boolean> {
  if (!mayRenew) return false;
  const { login, password } = setup;
  const answer = await fetch(`${setup.base}/api/v1/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ login, password }),
  });
  if (!answer.ok) return false;
  token = ((await answer.json()) as { access_token: string }).access_token;
  return true;
}

const signed: typeof fetch = async (input, init) => {
  const once = () => {
    const headers = new Headers(init?.headers);
    headers.set("Authorization", `Bearer ${token}`);
    // An idle connection is no part of what is tested: a phone changes networks all the time.
    headers.set("Connection", "close");
    return fetch(input, { ...init, headers });
  };
  const answer = await once();
  return answer.status === 401 && (await renew()) ? once() : answer;
};

const open = () =>
  SyncClient.open({
    account: setup.account,
    fetch: signed,
    baseUrl: setup.base,
    appVersion: "test",
    installationName: "A phone",
    now,
    indexedDB,
    IDBKeyRange,
  });

const tabs = new Map<number, SyncClient>([[0, await open()]]);
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

type Work = (client: SyncClient, order: Order) => unknown;

const WORKS: Record<string, Work> = {
  start: (client) => client.start(),
  stop: (client) => client.stop(),
  record: (client, { command }) => client.record(command as NewCommand),
  attach: (client, { file }) => client.attach(fileOf(file)),
  "start-anew": (client) => client.startAnew(),
  sync: (client) => client.syncNow().then(() => client.status()),
  rows: (client, { kind }) => client.rows(kind as Kind),
  row: (client, { kind, id = "" }) => client.row(kind as Kind, id),
  commands: (client, { id = "" }) => client.commandsOf(id),
  files: (client, { id = "" }) => client.filesOf(id),
  outbox: (client) => client.outbox(),
  "open-files": (client) => client.files(),
  troubles: (client) => client.troubles(),
  dismiss: (client, { id = "" }) => client.dismissTrouble(id),
  export: async (client) => (await client.exportOutbox()).text(),
  status: (client) => client.status(),
  settled: (client, { seconds = 60 }) => settled(client, seconds),
  digest: () => digest(),
  compare: async (client) => (await client.compare()) ?? "moving",
  "sign-out": () => void ([token, mayRenew] = ["", false]),
  "forget-password": () => void (mayRenew = false),
  "sign-in": () => void (mayRenew = true),
};

async function carryOut(order: Order): Promise<unknown> {
  const { tab = 0 } = order;
  if (order.do === "open") return void tabs.set(tab, await open());
  const [client, work] = [tabs.get(tab), WORKS[order.do]];
  if (!client || !work) throw new Error(`cannot ${order.do} in tab ${tab}`);
  return work(client, order);
}

/** Wait until everything is safe, as the app shows it; give the last status in any case. */
async function settled(client: SyncClient, seconds: number): Promise<unknown> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const { phase, unsentCommands, unsentFiles, unreceipted } = client.status();
    if (phase === "safe" && unsentCommands + unsentFiles + unreceipted === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return client.status();
}

async function digest(): Promise<unknown> {
  const store = new Store(setup.account, { indexedDB, IDBKeyRange });
  try {
    return await digestsOf(store);
  } finally {
    store.close();
  }
}

function fileOf(file: Order["file"]): NewFile {
  if (!file) throw new Error("no file");
  const { base64, mime, ...rest } = file;
  const blob = new Blob([Buffer.from(base64, "base64")], { type: mime });
  return { ...rest, blob, takenAt: now() };
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  try {
    say({ ok: (await carryOut(order)) ?? null });
  } catch (error) {
    say({ error: String(error), code: (error as { code?: string }).code ?? null });
  }
}
process.exit(0);
