import type { Change, PullAnswer, PushAnswer, SentCommand } from "../wire.ts";

/**
 * The server's side of the protocol in a page of code, for tests that want a thousand servers a
 * second: a feed, deduplication by number and id, and facts that are appended to their record.
 */
interface Item extends Change {
  seq: number;
}

export interface Snapshot {
  items: Map<string, Item>;
  commands: Map<string, SentCommand>;
  lastSeq: Map<string, number>;
  bySeq: Map<string, string>;
  height: number;
}

export class ModelServer {
  epoch = "e1";
  /** What a receipt was ever given for; `lies` makes the next receipts worthless. */
  readonly signed = new Set<string>();
  lies = false;
  #state: Snapshot = {
    items: new Map(),
    commands: new Map(),
    lastSeq: new Map(),
    bySeq: new Map(),
    height: 0,
  };
  readonly #sign: (body: unknown) => Promise<string>;
  readonly keys: JsonWebKey[];

  private constructor(sign: (body: unknown) => Promise<string>, keys: JsonWebKey[]) {
    this.#sign = sign;
    this.keys = keys;
  }

  static async make(): Promise<ModelServer> {
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign"])) as CryptoKeyPair;
    const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const sign = async (body: unknown) => {
      const signed = `${encode({ alg: "EdDSA", kid: "k1" })}.${encode(body)}`;
      const bytes = await crypto.subtle.sign("Ed25519", pair.privateKey, Buffer.from(signed));
      return `${signed}.${Buffer.from(bytes).toString("base64url")}`;
    };
    return new ModelServer(sign, [{ ...jwk, kid: "k1" } as JsonWebKey]);
  }

  /** Somebody at the desk writes a record, or takes it away from this user. */
  put(id: string, state: Change["state"] = "visible"): void {
    const before = this.#state.items.get(id);
    const document = before?.document ?? { id, state: "in_progress", repairs: [] };
    this.#stamp(id, state, document);
  }

  snapshot(): Snapshot {
    return structuredClone(this.#state);
  }

  /** What a restore from a backup does: everything later is gone, and cursors mean nothing. */
  restore(snapshot: Snapshot): void {
    this.#state = structuredClone(snapshot);
    this.epoch += "x";
  }

  visible(): Item[] {
    return [...this.#state.items.values()].filter(({ state }) => state === "visible");
  }

  get commandIds(): string[] {
    return [...this.#state.commands.keys()];
  }

  /** Every repair that is on the server, as often as it is there. */
  repairs(): string[] {
    return [...this.#state.items.values()].flatMap(({ document }) =>
      (document?.["repairs"] as { id: string }[]).map(({ id }) => id),
    );
  }

  async answer(path: string, body: Record<string, unknown>): Promise<[number, unknown]> {
    if (path.startsWith("/sync/installations")) return this.#enrol(String(body["id"]));
    if (path.startsWith("/sync/push")) return this.#push(body);
    if (path.startsWith("/sync/pull")) return this.#pull(new URLSearchParams(path.split("?")[1]));
    if (path.startsWith("/sync/receipts")) return this.#receipts(body["commands"] as string[]);
    return [200, { keys: this.keys }];
  }

  #enrol(id: string): [number, unknown] {
    const last_seq = this.#state.lastSeq.get(id) ?? 0;
    this.#state.lastSeq.set(id, last_seq);
    return [201, { id, last_seq, state: "active" }];
  }

  async #push(body: Record<string, unknown>): Promise<[number, unknown]> {
    const { lastSeq, bySeq } = this.#state;
    const installation = String(body["installation_id"]);
    const commands = body["commands"] as SentCommand[];
    let expect = (lastSeq.get(installation) ?? NaN) + 1;
    if (Number.isNaN(expect)) return [404, { code: "not-found" }];
    for (const { seq, id } of commands) {
      if (seq > expect) return [409, { code: "command-gap", params: { expect } }];
      const other = bySeq.get(`${installation}:${seq}`);
      if (other && other !== id) return [409, { code: "installation-forked" }];
      if (seq === expect) expect += 1;
    }
    const results = commands.map((command) => this.#take(installation, command));
    const answer: PushAnswer = {
      ack_seq: expect - 1,
      results,
      height: this.#state.height,
      epoch: this.epoch,
      server_time: new Date().toISOString(),
      receipt: await this.#receipt(results.map(({ id }) => id)),
    };
    return [200, answer];
  }

  #take(installation: string, command: SentCommand): PushAnswer["results"][number] {
    const { commands, lastSeq, bySeq, items } = this.#state;
    const replayed = commands.has(command.id);
    if (!replayed) {
      const item = items.get(command.entity_id);
      const repairs = [...((item?.document?.["repairs"] as object[]) ?? []), command.args];
      if (item) this.#stamp(item.id, item.state, { ...item.document, repairs });
      commands.set(command.id, command);
      bySeq.set(`${installation}:${command.seq}`, command.id);
    }
    lastSeq.set(installation, Math.max(lastSeq.get(installation) ?? 0, command.seq));
    return { seq: command.seq, id: command.id, status: "applied", details: {}, replayed };
  }

  #pull(query: URLSearchParams): [number, unknown] {
    const [epoch = this.epoch, from = "0"] = query.get("cursor")?.split("/") ?? [];
    const { height, items } = this.#state;
    if (epoch !== this.epoch || Number(from) > height) return [410, { code: "resync-required" }];
    const found = [...items.values()]
      .filter(({ seq }) => seq > Number(from))
      .sort((a, b) => a.seq - b.seq);
    // Small pages: there have to be several of them.
    const page = found.slice(0, 3);
    const more = found.length > page.length;
    const reached = more ? (page.at(-1)?.seq ?? height) : height;
    const changes = page.map(({ seq: _seq, ...change }) =>
      change.state === "visible" ? change : { ...change, document: null },
    );
    const cursor = `${this.epoch}/${reached}`;
    const server_time = new Date().toISOString();
    const answer: PullAnswer = { changes, cursor, more, height, epoch: this.epoch, server_time };
    return [200, structuredClone(answer)];
  }

  async #receipts(asked: string[]): Promise<[number, unknown]> {
    const known = asked.filter((id) => this.#state.commands.has(id));
    const missing_commands = asked.filter((id) => !this.#state.commands.has(id));
    const receipt = await this.#receipt(known);
    return [200, { commands: known, blobs: [], missing_commands, missing_blobs: [], receipt }];
  }

  async #receipt(commands: string[]): Promise<string> {
    const receipt = await this.#sign({ tenant: "t1", commands, blobs: [], iat: 1 });
    if (this.lies) return receipt.slice(0, -8) + "AAAAAAAA";
    commands.forEach((id) => this.signed.add(id));
    return receipt;
  }

  #stamp(id: string, state: Change["state"], document: Change["document"]): void {
    this.#state.height += 1;
    const revision = (this.#state.items.get(id)?.revision ?? 0) + 1;
    const seq = this.#state.height;
    this.#state.items.set(id, { kind: "work_order", id, state, revision, document, seq });
  }
}
