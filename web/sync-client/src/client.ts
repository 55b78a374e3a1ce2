import { liveQuery } from "dexie";
import { readSentinel, writeSentinel, accountKey } from "./accounts.ts";
import { compare, type Difference } from "./compare.ts";
import { Engine } from "./engine.ts";
import { becomeNew } from "./enrolment.ts";
import { newId as uuid } from "./ids.ts";
import { stand } from "./leader.ts";
import { asClientError, attach, type Desk, record } from "./outbox.ts";
import * as states from "./states.ts";
import { type Facts, readFacts, statusOf } from "./status.ts";
import { Store } from "./store.ts";
import type {
  Account,
  ClientOptions,
  CommandState,
  Drafts,
  FileState,
  Kind,
  NewCommand,
  NewFile,
  Row,
  SyncStatus,
} from "./types.ts";
import { readBytes } from "./uploads.ts";
import { readRow, readRows } from "./view.ts";
import { Wire } from "./wire.ts";

const FOLLOWER_PATIENCE = 15_000;

/** A phone's copy of the data and its outbox; see docs/sync.md. */
export class SyncClient {
  readonly account: Account;
  readonly draft: Drafts;
  readonly #options: ClientOptions;
  readonly #store: Store;
  readonly #desk: Desk;
  readonly #engine: Engine;
  readonly #listeners = new Set<(status: SyncStatus) => void>();
  readonly #channel: BroadcastChannel | undefined;
  #facts: Facts;
  #recording = 0;
  #status: SyncStatus;
  #ends: (() => void)[] = [];

  private constructor(options: ClientOptions, store: Store, facts: Facts) {
    const { account, fetch: send, baseUrl = "", now = () => new Date() } = options;
    const newId = options.newId ?? (() => uuid(now()));
    this.account = account;
    this.#options = options;
    this.#store = store;
    this.#desk = { store, account, now, newId };
    const { appVersion, installationName } = options;
    const context = { store, account, now, newId, appVersion, installationName };
    // A method taken off the window refuses to be called by anybody else.
    const fetch: typeof globalThis.fetch = (input, init) => send(input, init);
    this.#engine = new Engine({ context, fetch, baseUrl });
    this.draft = draftsOf(store);
    this.#channel = channelOf(store.name, () => this.#engine.isRunning && this.#engine.poke());
    this.#facts = facts;
    this.#status = { ...this.#computed(), phase: "starting" };
    this.#follow();
  }

  /** Open the account's database; needs no network. Throws "storage-full" and what IndexedDB says. */
  static async open(options: ClientOptions): Promise<SyncClient> {
    const store = new Store(options.account, options);
    try {
      await store.open();
      await settleIn(store, options);
      return new SyncClient(options, store, await readFacts(store));
    } catch (error) {
      store.close();
      throw asClientError(error);
    }
  }

  /** Begin to talk to the server, as soon as no other tab does. */
  start(): void {
    if (this.#ends.length > 0) return;
    const { newId, now } = this.#desk;
    const stepDown = stand({
      store: this.#store,
      locks: this.#options.locks ?? (globalThis.navigator as Navigator | undefined)?.locks,
      newId,
      now,
      onLead: () => {
        this.#engine.start();
        this.#show();
      },
      onYield: () => void this.#engine.stop().then(() => this.#show()),
    });
    this.#ends.push(stepDown, ...this.#listen());
  }

  /** Stop talking, and close the database. */
  async stop(): Promise<void> {
    this.#ends.forEach((end) => end());
    this.#ends = [];
    await this.#engine.stop();
    this.#channel?.close();
    this.#unfollow();
    this.#listeners.clear();
    this.#store.close();
  }

  /** Talk now, also when signed out before; resolves after the attempt. */
  async syncNow(): Promise<void> {
    if (this.#engine.isRunning) return this.#engine.round();
    const before = this.#status.lastSyncAt;
    this.poke();
    await this.#until((status) => status.lastSyncAt !== before, FOLLOWER_PATIENCE);
  }

  /**
   * Go on as a new installation where this one was revoked, for example because a lost phone was
   * found. What was not sent is sent then; somebody has to sign in first if the session is over.
   */
  async startAnew(): Promise<void> {
    try {
      await becomeNew(this.#store, this.#desk.newId);
    } catch (error) {
      throw asClientError(error);
    }
    await this.syncNow();
  }

  /** Look for news soon, for example because the stream said so. */
  poke(): void {
    if (this.#engine.isRunning) this.#engine.poke();
    else this.#channel?.postMessage("poke");
  }

  /** All rows of a kind as the screen shows them, revoked ones with unsent work included. */
  rows<D = Record<string, unknown>>(kind: Kind): Promise<Row<D>[]> {
    return readRows<D>(this.#store, kind);
  }

  row<D = Record<string, unknown>>(kind: Kind, id: string): Promise<Row<D> | undefined> {
    return readRow<D>(this.#store, kind, id);
  }

  /**
   * Show what `read` finds, again whenever something it has read changes, in this tab or another.
   * `read` awaits methods of this client only.
   */
  live<T>(read: () => Promise<T>, show: (value: T) => void): () => void {
    const failed = (error: unknown) => console.error("live view", error);
    const subscription = liveQuery(read).subscribe(show, failed);
    return () => subscription.unsubscribe();
  }

  /** Record what was done. It is durable and shown when this resolves; returns the command's id. */
  record(command: NewCommand): Promise<string> {
    return this.#recorded(() => record(this.#desk, command));
  }

  attach(file: NewFile): Promise<string> {
    return this.#recorded(() => attach(this.#desk, file));
  }

  /** The bytes of a file of this phone, until the server has them for sure. */
  async blob(attachmentId: string): Promise<Blob | undefined> {
    const file = await this.#store.files.get(attachmentId);
    return file && (await readBytes(this.#store, file));
  }

  commandsOf(entityId: string): Promise<CommandState[]> {
    return states.commandsOf(this.#store, entityId);
  }

  filesOf(entityId: string): Promise<FileState[]> {
    return states.filesOf(this.#store, entityId);
  }

  /** All commands that are not receipted yet or in trouble, in their order. */
  outbox(): Promise<CommandState[]> {
    return states.openCommands(this.#store);
  }

  /** All files that are not receipted yet, refused ones included. */
  files(): Promise<FileState[]> {
    return states.openFiles(this.#store);
  }

  troubles(): Promise<CommandState[]> {
    return states.troublesOf(this.#store);
  }

  async dismissTrouble(commandId: string): Promise<void> {
    await states.dismissTrouble(this.#store, commandId);
    await this.#count();
  }

  status(): SyncStatus {
    return this.#status;
  }

  onStatus(listener: (status: SyncStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Everything that the server has not signed for, as a file for an emergency. */
  exportOutbox(): Promise<Blob> {
    const { account, now } = this.#desk;
    const { tenantId, tenantSlug, userId, login } = account;
    const by = { tenant_id: tenantId, tenant: tenantSlug, user_id: userId, login };
    return states.exportOutbox(this.#store, { ...by, exported_at: now().toISOString() });
  }

  /** Compare with the server's view; undefined when it moves on just now. */
  async compare(): Promise<Difference[] | undefined> {
    const { fetch: send, baseUrl = "", appVersion, installationName } = this.#options;
    const fetch: typeof globalThis.fetch = (input, init) => send(input, init);
    const wire = new Wire({ fetch, baseUrl, now: this.#desk.now });
    return compare({ ...this.#desk, wire, appVersion, installationName });
  }

  #listen(): (() => void)[] {
    const wake = () => void this.#engine.round();
    const change = () => this.#show();
    const seen = () => document.visibilityState === "visible" && this.poke();
    return [
      on(globalThis, "online", () => (wake(), change())),
      on(globalThis, "offline", change),
      on(globalThis.document as Document | undefined, "visibilitychange", seen),
    ];
  }

  #unfollow: () => void = () => undefined;

  #follow(): void {
    let unsent = 0;
    const subscription = liveQuery(() => readFacts(this.#store)).subscribe({
      next: (facts) => {
        this.#facts = facts;
        this.#show();
        const { unsentCommands, unsentFiles } = facts.counts;
        // Another tab may have recorded something.
        if (unsentCommands + unsentFiles > unsent && this.#engine.isRunning) this.#engine.poke();
        unsent = unsentCommands + unsentFiles;
        void this.#guard(unsent);
      },
      error: (error: unknown) => console.error("status", error),
    });
    this.#unfollow = () => subscription.unsubscribe();
  }

  /** Counted from before it is in the store: a view that shows it never stands beside "safe". */
  async #recorded(work: () => Promise<string>): Promise<string> {
    this.#recording += 1;
    this.#show();
    try {
      const id = await work();
      await this.#count();
      this.poke();
      return id;
    } finally {
      this.#recording -= 1;
      this.#show();
    }
  }

  /** What was just recorded is counted before anybody can ask. */
  async #count(): Promise<void> {
    this.#facts = await readFacts(this.#store);
    this.#show();
  }

  #guarded = "";

  /** Leave a note outside of the database about what is in it. */
  async #guard(unsent: number): Promise<void> {
    const installation = await this.#store.value("installation").catch(() => undefined);
    if (!installation) return;
    const { id: installationId, nextSeq } = installation;
    const note = JSON.stringify([installationId, nextSeq, unsent]);
    if (note === this.#guarded) return;
    this.#guarded = note;
    const key = accountKey(this.account);
    const sentinel = { key, installationId, lastSeq: nextSeq - 1, unsent };
    await writeSentinel(sentinel, this.#options.indexedDB).catch(() => undefined);
  }

  #computed(): SyncStatus {
    const isOnline = (globalThis.navigator as Navigator | undefined)?.onLine !== false;
    const { isRunning: isLeader } = this.#engine;
    return statusOf(this.#facts, { isLeader, isOnline, recording: this.#recording });
  }

  #show(): void {
    this.#status = this.#computed();
    this.#listeners.forEach((listener) => listener(this.#status));
  }

  #until(isSo: (status: SyncStatus) => boolean, patience: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve();
      };
      const look = (status: SyncStatus) => isSo(status) && end();
      const timer = setTimeout(end, patience);
      this.#listeners.add(look);
    });
  }
}

function draftsOf(store: Store): Drafts {
  return {
    get: async (key) => (await store.drafts.get(key))?.value,
    set: async (key, value) => {
      try {
        await store.drafts.put({ key, value });
      } catch (error) {
        throw asClientError(error);
      }
    },
    remove: (key) => store.drafts.delete(key),
  };
}

/** Give a new database its installation, and notice that an old one has vanished. */
async function settleIn(store: Store, options: ClientOptions): Promise<void> {
  const { account, now = () => new Date() } = options;
  if (await store.value("installation")) return;
  const sentinel = await readSentinel(account, options.indexedDB).catch(() => undefined);
  const id = options.newId?.() ?? uuid(now());
  await store.transaction("rw", store.meta, async () => {
    // Another tab may have been faster.
    if (await store.value("installation")) return;
    await store.keep("installation", { id, enrolled: false, nextSeq: 1 });
    if (!sentinel) return;
    await store.keep("vanished", { at: now().toISOString(), unsent: sentinel.unsent });
  });
}

function channelOf(name: string, onMessage: () => void): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === "undefined") return undefined;
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", onMessage);
  (channel as { unref?: () => void }).unref?.();
  return channel;
}

function on(target: unknown, type: string, listener: () => void): () => void {
  if (!(target instanceof EventTarget)) return () => undefined;
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
