import type { Doc } from "./store.ts";

/** The requests of docs/sync.md, and what their failures mean for the loop. */
export interface SentCommand {
  seq: number;
  id: string;
  type: string;
  entity_id: string;
  base_revision: number | null;
  args: Doc;
  device_at: string;
  v: number;
}

export interface PushAnswer {
  ack_seq: number;
  results: { seq: number; id: string; status: ResultStatus; details: Doc; replayed: boolean }[];
  height: number;
  epoch: string;
  server_time: string;
  receipt: string;
}

type ResultStatus = "applied" | "merged" | "conflict" | "refused" | "parked";

export interface Change {
  kind: string;
  id: string;
  state: "visible" | "out" | "deleted";
  revision: number;
  document: Doc | null;
}

export interface PullAnswer {
  changes: Change[];
  cursor: string;
  more: boolean;
  height: number;
  epoch: string;
  server_time: string;
}

export interface ReceiptAnswer {
  commands: string[];
  blobs: string[];
  missing_commands: string[];
  missing_blobs: string[];
  receipt: string;
}

export interface DigestAnswer {
  height: number;
  epoch: string;
  kinds: Record<string, { count: number; digest: string }>;
}

/** An answer that is no success, or none at all (status 0). */
export class WireError extends Error {
  readonly status: number;
  readonly code: string;
  readonly params: Doc;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number;

  constructor(status: number, code: string, params: Doc = {}, retryAfter = 0) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.params = params;
    this.retryAfter = retryAfter;
  }

  /** No answer, or one that a later try may well better. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export interface Carrier {
  fetch: typeof fetch;
  baseUrl: string;
  now: () => Date;
  /** Called with each answer's moment on the server and the middle of the request here. */
  onClock?: (server: Date, here: Date) => void;
  signal?: AbortSignal;
}

const SECONDS = 1000;
const ORDINARY = 60 * SECONDS;

export class Wire {
  readonly #carrier: Carrier;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  enrol(installation: { id: string; name: string; platform: string; app_version: string }) {
    return this.#call<{ last_seq: number; state: string }>(
      "POST",
      "/sync/installations",
      installation,
    );
  }

  push(installationId: string, commands: SentCommand[]): Promise<PushAnswer> {
    const sent_at = this.#carrier.now().toISOString();
    const body = { installation_id: installationId, sent_at, commands };
    return this.#call<PushAnswer>("POST", "/sync/push", body);
  }

  pull(cursor: string | null, limit: number): Promise<PullAnswer> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor ? { cursor } : {}) });
    return this.#call<PullAnswer>("GET", `/sync/pull?${query.toString()}`);
  }

  receipts(commands: string[], blobs: string[]): Promise<ReceiptAnswer> {
    return this.#call<ReceiptAnswer>("POST", "/sync/receipts", { commands, blobs });
  }

  digest(): Promise<DigestAnswer> {
    return this.#call<DigestAnswer>("GET", "/sync/digest");
  }

  receiptKeys(): Promise<{ keys: JsonWebKey[] }> {
    return this.#call<{ keys: JsonWebKey[] }>("GET", "/receipt-keys");
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { fetch: send, baseUrl, now, onClock, signal } = this.#carrier;
    const timeout = AbortSignal.timeout(ORDINARY);
    const started = now().getTime();
    let response: Response;
    let text: string;
    try {
      response = await send(`${baseUrl}/api/v1${path}`, {
        method,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        headers: body === undefined ? {} : { "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (error) {
      throw failureOf(error);
    }
    const answer = parsed(text);
    if (!response.ok) throw wireError(response, answer);
    // A captive portal answers 200 with a page of its own.
    if (answer === undefined) throw new WireError(0, "not-our-server");
    const server = answer["server_time"];
    if (typeof server === "string") {
      onClock?.(new Date(server), new Date((started + now().getTime()) / 2));
    }
    return answer as T;
  }
}

/** What a rejected fetch means; an error that says "no" itself keeps its word. */
export function failureOf(error: unknown): WireError {
  if (error instanceof WireError) return error;
  const { status, code } = (error ?? {}) as { status?: unknown; code?: unknown };
  if (typeof status === "number" && status > 0 && typeof code === "string") {
    return new WireError(status, code);
  }
  const name = error instanceof Error ? error.name : "";
  return new WireError(0, name === "TimeoutError" ? "timeout" : "offline");
}

export function wireError(response: Response, body: Doc | undefined): WireError {
  const code = typeof body?.["code"] === "string" ? body["code"] : `http-${response.status}`;
  const params = (body?.["params"] ?? {}) as Doc;
  const wait = Number(response.headers.get("Retry-After") ?? 0);
  return new WireError(response.status, code, params, Number.isFinite(wait) ? wait * SECONDS : 0);
}

export function parsed(text: string): Doc | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Doc) : undefined;
  } catch {
    return undefined;
  }
}
