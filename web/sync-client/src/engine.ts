import { Alarm } from "./alarm.ts";
import type { Context } from "./context.ts";
import { enrol } from "./enrolment.ts";
import { asClientError } from "./outbox.ts";
import { delayAfter, isStuck, SYNC_BACKOFF } from "./plan.ts";
import { Puller } from "./pull.ts";
import { pushAll } from "./push.ts";
import { fetchReceipts, tidy, verifyRetained } from "./settle.ts";
import { FIRST_NETWORK, type Network, type Store } from "./store.ts";
import { SyncClientError } from "./types.ts";
import { uploadAll } from "./uploads.ts";
import { Wire, WireError } from "./wire.ts";

/** The loop of the leading tab. It ends only when it is told to. */

const POLL = 60_000;
const HIDDEN_POLL = 300_000;
const SIGNED_OUT_POLL = 60_000;
const REVOKED_POLL = 600_000;
const LOOK = 15_000;
const SETTLE = 30;

export interface EngineOptions {
  context: Omit<Context, "wire">;
  fetch: typeof fetch;
  baseUrl: string;
}

type Loop = "sync" | "files";

export class Engine {
  readonly #options: EngineOptions;
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #alarms: Record<Loop, Alarm> = { sync: new Alarm(), files: new Alarm() };
  readonly #failures: Record<Loop, number> = { sync: 0, files: 0 };
  readonly #puller = new Puller();
  /** What is known of the network; what an earlier start has left behind, until then. */
  #network: Network | undefined;
  #stopped = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #watch: ReturnType<typeof setInterval> | undefined;
  #attemptAt = 0;
  #isEnrolled = false;
  #rounds = 0;
  #begun = 0;
  #waiters: { after: number; done: () => void }[] = [];

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#store = options.context.store;
    this.#now = options.context.now;
    this.#stopped.abort();
  }

  get isRunning(): boolean {
    return !this.#stopped.signal.aborted;
  }

  start(): void {
    if (this.isRunning) return;
    this.#launch();
    this.#watch = setInterval(() => void this.#look(), LOOK);
    (this.#watch as { unref?: () => void }).unref?.();
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    this.#stopped.abort();
    this.poke();
    this.#release(Infinity);
    await this.#running;
  }

  /** Do not wait any longer, whatever went wrong before. */
  poke(): void {
    this.#alarms.sync.ring();
    this.#alarms.files.ring();
  }

  /** Resolves after a whole round that begins after this call, successful or not. */
  round(): Promise<void> {
    if (!this.isRunning) return Promise.resolve();
    const after = this.#begun;
    const done = new Promise<void>((resolve) => this.#waiters.push({ after, done: resolve }));
    this.#failures.sync = this.#failures.files = 0;
    this.poke();
    return done;
  }

  #launch(): void {
    this.#stopped = new AbortController();
    const { signal } = this.#stopped;
    this.#attemptAt = performance.now();
    this.#isEnrolled = false;
    const context = this.#contextFor(signal);
    this.#running = Promise.all([
      this.#loop("sync", signal, () => this.#sync(context)),
      this.#loop("files", signal, () => this.#files(context, signal)),
    ]);
  }

  #contextFor(signal: AbortSignal): Context {
    const { context, fetch: send, baseUrl } = this.#options;
    const fetch = this.#noting(send);
    const onClock = (server: Date, here: Date) => this.#noteClock(server, here);
    const wire = new Wire({ fetch, baseUrl, now: this.#now, onClock, signal });
    return { ...context, wire };
  }

  #noting(send: typeof fetch): typeof fetch {
    return (input, init) => {
      this.#attemptAt = performance.now();
      return send(input, init);
    };
  }

  async #loop(name: Loop, signal: AbortSignal, work: () => Promise<number>): Promise<void> {
    if (name === "files") await this.#alarms.files.sleep(SETTLE * 10);
    while (!signal.aborted) {
      const round = name === "sync" ? ++this.#begun : 0;
      let pause: number;
      try {
        pause = await work();
        this.#failures[name] = 0;
      } catch (error) {
        if (signal.aborted) break;
        this.#failures[name] += 1;
        pause = await this.#failed(error, this.#failures[name]).catch(() => SYNC_BACKOFF.longest);
      }
      if (name === "sync") this.#release(round);
      if (!signal.aborted) await this.#alarms[name].sleep(pause);
    }
  }

  /** One round: what was done goes up first, then the news come down, then both are made sure. */
  async #sync(context: Context): Promise<number> {
    const { signedOut, revoked } = await this.#begin();
    const entry = this.#isEnrolled ? Promise.resolve() : enrol(context);
    // Reading does not wait for it, unless this phone was shut out before: it may have been lost.
    entry.catch(() => undefined);
    if (signedOut || revoked || (await unsentCount(this.#store)) > 0) await entry;
    const sent = await pushAll(context);
    if (sent > 0) this.#alarms.files.ring();
    await this.#puller.pullAll(context);
    await entry;
    this.#isEnrolled = true;
    await verifyRetained(context);
    await fetchReceipts(context);
    await tidy(context);
    const lastSyncAt = this.#now().toISOString();
    await this.#say({ ...CONTACT, busy: false, lastSyncAt });
    this.#rounds += 1;
    if ((await this.#store.files.where("status").equals("waiting").count()) > 0) {
      this.#alarms.files.ring();
    }
    return isHidden() ? HIDDEN_POLL : POLL;
  }

  /** A new installation was not revoked, whatever became of the one before. */
  async #begin(): Promise<Network> {
    const network = (this.#network ??= await this.#store.network());
    const isNew = (await this.#store.value("installation"))?.enrolled === false;
    const isForgiven = network.revoked && isNew;
    await this.#say({ busy: true, ...(isForgiven ? { revoked: false, error: undefined } : {}) });
    return this.#network;
  }

  async #files(context: Context, signal: AbortSignal): Promise<number> {
    const { fetch: send, baseUrl } = this.#options;
    // What was done comes before its pictures.
    if (this.#rounds === 0 || this.#network?.signedOut || this.#network?.revoked) return POLL;
    const sender = { fetch: this.#noting(send), endpoint: `${baseUrl}/api/v1/uploads/`, signal };
    const done = await uploadAll(context, sender);
    if (done > 0) {
      await fetchReceipts(context);
      this.#alarms.sync.ring();
    }
    return POLL;
  }

  /** Note what went wrong and say how long to wait; nothing is ever given up. */
  async #failed(error: unknown, failures: number): Promise<number> {
    if (!(error instanceof WireError)) {
      await this.#reopen(error);
      await this.#say({ busy: false, error: this.#error(codeOf(error)) });
      return delayAfter(failures);
    }
    const { status, code, retryAfter } = error;
    const pause = delayAfter(failures, SYNC_BACKOFF, Math.random(), retryAfter);
    if (status === 401) {
      // The server must learn in which session this installation goes on: a lost phone's is ended.
      this.#isEnrolled = false;
      await this.#say({ busy: false, online: true, signedOut: true });
      return SIGNED_OUT_POLL;
    }
    if (code === "installation-revoked") {
      this.#isEnrolled = false;
      await this.#say({ busy: false, online: true, revoked: true, error: this.#error(code) });
      return REVOKED_POLL;
    }
    if (status === 0 && UNREACHED.has(code)) {
      await this.#say({ busy: false, online: false, error: undefined });
      return pause;
    }
    // A first failure of a busy server is not worth a word.
    const isWorthIt = failures > 2 || !error.isPassing;
    const change = { busy: false, online: true, signedOut: false };
    await this.#say(isWorthIt ? { ...change, error: this.#error(code) } : change);
    return pause;
  }

  /** Browsers close databases under their owners (iOS after a pause in the background). */
  async #reopen(error: unknown): Promise<void> {
    const name = error instanceof Error ? error.name : "";
    if (!CLOSED.has(name) || !this.isRunning) return;
    this.#store.close({ disableAutoOpen: false });
    await this.#store.open();
  }

  #error(code: string): { code: string; at: string } {
    return { code, at: this.#now().toISOString() };
  }

  #noteClock(server: Date, here: Date): void {
    const skew = Math.round((here.getTime() - server.getTime()) / 1000) * 1000;
    if (Math.abs(skew - (this.#network?.clockSkewMs ?? 0)) >= 2000)
      void this.#say({ clockSkewMs: skew });
  }

  async #say(change: Partial<{ [K in keyof Network]: Network[K] | undefined }>): Promise<void> {
    const next = { ...(this.#network ?? FIRST_NETWORK), ...change } as Network;
    if (next.error === undefined) delete next.error;
    if (JSON.stringify(next) === JSON.stringify(this.#network)) return;
    this.#network = next;
    await this.#store.keep("network", next);
  }

  async #look(): Promise<void> {
    const unsent = await unsentCount(this.#store).catch(() => 0);
    const sinceAttempt = performance.now() - this.#attemptAt;
    const { signedOut, revoked } = this.#network ?? FIRST_NETWORK;
    const online = (globalThis.navigator as Navigator | undefined)?.onLine !== false;
    if (!isStuck({ unsent, online, sinceAttempt, allowed: !signedOut && !revoked })) return;
    if (!this.isRunning) return;
    this.#stopped.abort();
    this.poke();
    this.#launch();
  }

  #release(round: number): void {
    const ready = this.#waiters.filter(({ after }) => after < round);
    this.#waiters = this.#waiters.filter(({ after }) => after >= round);
    ready.forEach(({ done }) => done());
  }
}

const CONTACT = { online: true, signedOut: false, revoked: false, error: undefined };
const UNREACHED = new Set(["offline", "timeout", "not-our-server", "stopped"]);
const CLOSED = new Set(["DatabaseClosedError", "InvalidStateError", "UnknownError"]);

function unsentCount(store: Store): Promise<number> {
  const queue = store.commands.where("[unsent+seq]").between([1, 0], [1, Infinity]);
  return Promise.resolve(queue.count());
}

function codeOf(error: unknown): string {
  if (error instanceof WireError) return error.code;
  const meant = asClientError(error);
  return meant instanceof SyncClientError ? meant.code : "internal-error";
}

function isHidden(): boolean {
  return (globalThis.document as Document | undefined)?.visibilityState === "hidden";
}
