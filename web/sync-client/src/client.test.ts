import { IDBObjectStore as FakeObjectStore, IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { knownAccounts, rememberAccount } from "./accounts.ts";
import { SyncClient } from "./client.ts";
import { storeName } from "./store.ts";
import { phaseOf } from "./status.ts";
import { FIRST_FEED, FIRST_NETWORK } from "./store.ts";
import type { Account } from "./types.ts";

const ACCOUNT: Account = {
  tenantId: "t1",
  tenantSlug: "demo",
  tenantName: "Demo",
  userId: "u1",
  login: "ana@demo",
  displayName: "Ana",
  timezone: "UTC",
  permissions: [],
  engineerId: "e1",
};
const START = { type: "work_order.start", entityId: "w1", args: {} } as const;
let indexedDB: IDBFactory;
let clients: SyncClient[];

async function open(account: Account = ACCOUNT): Promise<SyncClient> {
  const options = { account, appVersion: "1", installationName: "phone", IDBKeyRange };
  const nowhere = () => Promise.reject(new TypeError("no network"));
  const client = await SyncClient.open({ ...options, indexedDB, fetch: nowhere });
  clients.push(client);
  return client;
}

beforeEach(() => {
  indexedDB = new IDBFactory();
  clients = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(clients.map((client) => client.stop()));
});

describe("a phone without a network", () => {
  it("counts what was recorded before anybody can ask", async () => {
    const client = await open();
    await client.record(START);
    expect(client.status()).toMatchObject({ unsentCommands: 1, unsentFiles: 0 });
    await client.attach({
      entityKind: "work_order",
      entityId: "w1",
      kind: "photo",
      name: "a.png",
      blob: new Blob(["bytes"], { type: "image/png" }),
      takenAt: new Date(),
    });
    expect(client.status()).toMatchObject({ unsentCommands: 1, unsentFiles: 1, unsentBytes: 5 });
  });

  it("never shows work that the status does not count yet", async () => {
    const client = await open();
    const photo = { kind: "photo", name: "a.png", takenAt: new Date() } as const;
    const blob = new Blob(["bytes"], { type: "image/png" });
    const shown: { isThere: boolean; unsent: number }[] = [];
    client.live(
      () => Promise.all([client.outbox(), client.files()]),
      ([commands, files]) => {
        const { unsentCommands, unsentFiles } = client.status();
        const isThere = commands.length + files.length > 0;
        shown.push({ isThere, unsent: unsentCommands + unsentFiles });
      },
    );
    await vi.waitFor(() => expect(shown).toEqual([{ isThere: false, unsent: 0 }]));
    await client.attach({ entityKind: "work_order", entityId: "w1", ...photo, blob });
    await vi.waitFor(() => expect(shown.some(({ isThere }) => isThere)).toBe(true));
    expect(shown.filter(({ isThere, unsent }) => isThere && unsent === 0)).toEqual([]);
  });

  it("keeps everything over a restart", async () => {
    const before = await open();
    const id = await before.record(START);
    await before.draft.set("form", { text: "half a sen" });
    await before.stop();
    const after = await open();
    expect(after.status().unsentCommands).toBe(1);
    expect(await after.outbox()).toMatchObject([{ id, seq: 1, status: "queued" }]);
    expect(await after.draft.get("form")).toEqual({ text: "half a sen" });
  });

  it("numbers commands without holes, also when two tabs record", async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).record(START)),
    );
    const seqs = (await one.outbox()).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("keeps people apart", async () => {
    const ana = await open();
    await ana.record(START);
    const rui = await open({ ...ACCOUNT, userId: "u2" });
    expect(await rui.outbox()).toEqual([]);
  });

  it("shows the photo it has just taken, and takes the same one once", async () => {
    const client = await open();
    const file = {
      entityKind: "work_order",
      entityId: "w1",
      kind: "photo",
      name: "a.png",
      blob: new Blob(["bytes"], { type: "image/png" }),
      takenAt: new Date(),
      attachmentId: "a1",
    } as const;
    await client.attach(file);
    await client.attach(file);
    expect(await (await client.blob("a1"))?.text()).toBe("bytes");
    expect(await client.row("attachment", "a1")).toMatchObject({
      pending: true,
      revision: 0,
      doc: { state: "awaiting_blob", size: 5 },
    });
    expect(client.status()).toMatchObject({ unsentCommands: 0, unsentFiles: 1 });
    expect(await client.outbox()).toHaveLength(1);
  });

  it("hands everything out as a file", async () => {
    const client = await open();
    await client.record({ ...START, args: { reason: "工单 🔧" } });
    const lines = (await (await client.exportOutbox()).text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { format: "truckroll-outbox", version: 1, login: "ana@demo" },
      { command: { seq: 1, type: "work_order.start", args: { reason: "工单 🔧" } } },
    ]);
  });
});

describe("a phone that refuses", () => {
  it("says that it is full, and has changed nothing", async () => {
    const client = await open();
    await client.record(START);
    const add = vi.spyOn(FakeObjectStore.prototype, "add").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    await expect(client.record(START)).rejects.toMatchObject({ code: "storage-full" });
    add.mockRestore();
    await client.record(START);
    expect((await client.outbox()).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it.each([
    ["file-empty", async (client: SyncClient) => void (await client.attach(emptyFile()))],
    [
      "command-too-large",
      async (client: SyncClient) =>
        void (await client.record({ ...START, args: { reason: "x".repeat(500_000) } })),
    ],
  ])("%s", async (code, act) => {
    const client = await open();
    await expect(act(client)).rejects.toMatchObject({ code });
    expect(await client.outbox()).toEqual([]);
  });
});

describe("accounts", () => {
  it("are known without a session, the last one first", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(1000);
    await rememberAccount(ACCOUNT, indexedDB);
    vi.setSystemTime(2000);
    await rememberAccount({ ...ACCOUNT, userId: "u2", login: "rui@demo" }, indexedDB);
    vi.useRealTimers();
    const known = await knownAccounts(indexedDB);
    expect(known.map(({ login }) => login)).toEqual(["rui@demo", "ana@demo"]);
    expect(known[1]).toEqual(ACCOUNT);
  });

  it("whose database has vanished are told so", async () => {
    const before = await open();
    await before.record(START);
    await vi.waitFor(() => expect(before.status().unsentCommands).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await before.stop();
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(storeName(ACCOUNT)).onsuccess = resolve;
    });
    expect((await open()).status().error?.code).toBe("store-vanished");
  });
});

describe("the phase", () => {
  const counts = {
    unsentCommands: 0,
    unsentFiles: 0,
    unsentBytes: 0,
    unreceipted: 0,
    oldestUnsentAt: null,
    troubles: 0,
    refusedFiles: 0,
  };
  const feed = { ...FIRST_FEED, complete: true };
  const error = { code: "busy", at: "" };

  it.each([
    ["safe", {}, {}],
    ["waiting", { unsentCommands: 1 }, {}],
    ["waiting", { unreceipted: 1 }, {}],
    ["waiting", { refusedFiles: 1, troubles: 1 }, {}],
    ["safe", { refusedFiles: 1 }, {}],
    ["syncing", { unsentFiles: 1 }, { busy: true }],
    ["safe", {}, { busy: true }],
    ["trouble", {}, { error }],
    ["offline", { unsentCommands: 1 }, { online: false }],
    ["signed-out", {}, { signedOut: true, online: false }],
    ["revoked", {}, { revoked: true, signedOut: true, error }],
  ] as const)("%s: %o %o", (phase, count, net) => {
    const facts = { counts: { ...counts, ...count }, feed, network: { ...FIRST_NETWORK, ...net } };
    expect(phaseOf(facts, facts.network.online)).toBe(phase);
  });

  it("is the first load until one was complete", () => {
    expect(phaseOf({ counts, feed: FIRST_FEED, network: FIRST_NETWORK }, true)).toBe("first-load");
  });
});

function emptyFile() {
  return {
    entityKind: "work_order",
    entityId: "w1",
    kind: "photo",
    name: "a.png",
    blob: new Blob([]),
    takenAt: new Date(),
  } as const;
}
