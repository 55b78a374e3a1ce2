/** Follows the server: pokes over the event stream, changes by pulling the feed. No framework. */
import type { Change, Pull, StreamToken } from "@truckroll/shared/api/gen/types.gen.ts";

export type LivePhase = "starting" | "live" | "reconnecting" | "offline";

export interface LiveStatus {
  phase: LivePhase;
  /** When the connection was lost, in milliseconds; null while there is one. */
  since: number | null;
}

export interface LiveParts {
  /** Changes after a cursor; without one only the cursor of what comes next. */
  pull: (cursor: string | undefined) => Promise<Pull>;
  token: () => Promise<StreamToken>;
  open: (url: string) => EventSource;
  apply: (changes: Change[]) => void;
  /** What is kept may be wrong in any place: ask for all of it again. */
  resync: () => void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** So long without a connection, and we say "offline" instead of "reconnecting". */
const PATIENCE = 12_000;
/** Without a stream the feed is asked by the clock. */
const ASK_EVERY = 20_000;
/** With a stream only every so many times, in case it is dead without knowing. */
const ASK_LIVE_EVERY = 3;

/** How long to wait before attempt number `attempt`: doubling, and never all consoles at once. */
export function waitBefore(attempt: number, random: number): number {
  const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempt, 10));
  return Math.round(most / 2 + (most / 2) * random);
}

export class LiveFeed {
  readonly #parts: LiveParts;
  readonly #listeners = new Set<() => void>();
  #status: LiveStatus = { phase: "starting", since: null };
  #cursor: string | undefined;
  #source: EventSource | undefined;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #pulling: Promise<void> | undefined;
  #again = false;
  #missed = false;
  #quietTicks = 0;
  #stopped = true;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  status = (): LiveStatus => this.#status;

  onStatus = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Take hold of the feed first, then read lists: what changes in between is not missed. */
  async start(): Promise<void> {
    this.#stopped = false;
    this.#clock = setInterval(() => this.#tick(), ASK_EVERY);
    await this.catchUp();
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#timer);
    clearInterval(this.#clock);
  }

  /** Pull what is new now; calls during a pull become one more pull after it. */
  catchUp(): Promise<void> {
    if (this.#pulling) {
      this.#again = true;
      return this.#pulling;
    }
    this.#pulling = this.#pullAll().finally(() => {
      this.#pulling = undefined;
      if (this.#again && !this.#stopped) {
        this.#again = false;
        void this.catchUp();
      }
    });
    return this.#pulling;
  }

  /** The network is back or the tab is seen again: do not wait for the timer. */
  wake(): void {
    if (this.#stopped) return;
    void this.catchUp();
    if (this.#source) return;
    this.#attempt = 0;
    void this.#connect();
  }

  /** The machine says that it has no network: do not pretend to be live. */
  sleep(): void {
    if (this.#source) this.#broken(this.#source);
  }

  async #pullAll(): Promise<void> {
    try {
      for (let more = true; more && !this.#stopped;) {
        const isFirst = this.#cursor === undefined;
        const page = await this.#parts.pull(this.#cursor);
        this.#cursor = page.cursor;
        if (isFirst) this.#held();
        else if (page.changes.length > 0) this.#parts.apply(page.changes);
        more = page.more;
      }
    } catch (error) {
      this.#missed ||= this.#cursor === undefined;
      if (isGone(error)) this.#startAfresh();
      else if (this.#source && hasNoAnswer(error)) this.#broken(this.#source);
      else this.#lost();
    }
  }

  #startAfresh(): void {
    this.#cursor = undefined;
    this.#missed = true;
    this.#again = true;
  }

  /** The feed is followed from here on; what was read before may have missed something. */
  #held(): void {
    if (this.#missed) this.#parts.resync();
    this.#missed = false;
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#source) return;
    try {
      const { token, stream_url } = await this.#parts.token();
      if (this.#stopped || this.#source) return;
      const source = this.#parts.open(`${stream_url}?token=${encodeURIComponent(token)}`);
      this.#source = source;
      source.onopen = () => this.#opened();
      source.addEventListener("poke", () => void this.catchUp());
      source.addEventListener("resync", () => {
        this.#startAfresh();
        void this.catchUp();
      });
      source.onerror = () => this.#broken(source);
    } catch {
      this.#lost();
      this.#later();
    }
  }

  #opened(): void {
    this.#attempt = 0;
    this.#show({ phase: "live", since: null });
    void this.catchUp();
  }

  /** The browser would come back with the same token, which is too old by then. */
  #broken(source: EventSource): void {
    source.close();
    if (this.#source !== source) return;
    this.#source = undefined;
    this.#lost();
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(
      () => void this.#connect(),
      waitBefore(this.#attempt++, Math.random()),
    );
  }

  #lost(): void {
    if (this.#source && this.#status.phase === "live") return;
    const since = this.#status.since ?? Date.now();
    const phase = Date.now() - since > PATIENCE ? "offline" : "reconnecting";
    this.#show({ phase, since });
  }

  /** Without signal a stream may look open for minutes; a question that fails tells. */
  #tick(): void {
    if (this.#status.phase === "live") {
      if (++this.#quietTicks % ASK_LIVE_EVERY === 0) void this.catchUp();
      return;
    }
    if (this.#status.since !== null) this.#lost();
    void this.catchUp();
  }

  #show(next: LiveStatus): void {
    if (next.phase === this.#status.phase && next.since === this.#status.since) return;
    this.#status = next;
    for (const listener of this.#listeners) listener();
  }
}

function isGone(error: unknown): boolean {
  return statusOf(error) === 410;
}

function hasNoAnswer(error: unknown): boolean {
  return statusOf(error) === 0;
}

function statusOf(error: unknown): number | undefined {
  return (error as { failure?: { status?: number } }).failure?.status;
}
