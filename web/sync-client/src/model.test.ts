import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { expect, it } from "vitest";
import type { Context } from "./context.ts";
import { enrol } from "./enrolment.ts";
import { type Desk, record } from "./outbox.ts";
import { Puller } from "./pull.ts";
import { pushAll } from "./push.ts";
import { fetchReceipts, tidy, verifyRetained } from "./settle.ts";
import { Store } from "./store.ts";
import { ModelServer, type Snapshot } from "./testing/model-server.ts";
import { chanceFrom } from "./testing/randomly.ts";
import type { Account } from "./types.ts";
import { readRows } from "./view.ts";
import { Wire } from "./wire.ts";

/**
 * One phone and one desk do anything in any order, over a network that loses what it likes; then
 * peace comes, and phone and server must agree, with everything done exactly once.
 */
const ACCOUNT = { tenantId: "t1", userId: "u1", displayName: "Ana", engineerId: "e1" } as Account;
const STEPS = 60;
const FIRST = ["w1", "w2", "w3", "w4", "w5"];
const RECORDS = [...FIRST, "w6", "w7", "w8", "w9"];

class World {
  readonly server: ModelServer;
  readonly store: Store;
  readonly recorded: string[] = [];
  /** The repairs of each work order that the engineer has recorded. */
  readonly done = new Map<string, string[]>();
  #restored = false;
  readonly #chance: (below: number) => number;
  #calm = false;
  #backup: Snapshot | undefined;
  #serial = 0;

  constructor(server: ModelServer, chance: (below: number) => number) {
    this.server = server;
    this.#chance = chance;
    this.store = new Store(ACCOUNT, { indexedDB: new IDBFactory(), IDBKeyRange });
  }

  async begin(): Promise<void> {
    await this.store.keep("installation", { id: "i0", enrolled: false, nextSeq: 1 });
    FIRST.forEach((id) => this.server.put(id));
    await this.#round().catch(() => undefined);
  }

  async step(): Promise<void> {
    const choice = this.#chance(100);
    const id = RECORDS[this.#chance(RECORDS.length)] ?? "w1";
    if (choice < 40) await this.#repair(FIRST[this.#chance(FIRST.length)] ?? "w1");
    else if (choice < 55) this.server.put(id);
    else if (choice < 62) this.server.put(id, "out");
    else if (choice < 65) this.#backup = this.server.snapshot();
    else if (choice < 67) this.restore();
    else if (choice < 70) this.server.lies = !this.server.lies;
    else await this.#round().catch(() => undefined);
  }

  restore(): void {
    if (!this.#backup) return;
    this.server.restore(this.#backup);
    this.#restored = true;
  }

  /** What must be true at every moment. */
  async check(): Promise<void> {
    const signed = await this.store.commands.where("receipted").equals(1).toArray();
    for (const { id } of signed) expect(this.server.signed).toContain(id);
    if (this.#restored) return;
    const rows = await readRows<{ repairs: { id: string }[] }>(this.store, "work_order");
    for (const row of rows) {
      const shown = row.doc.repairs.map(({ id }) => id);
      expect(shown).toEqual(expect.arrayContaining(this.done.get(row.id) ?? []));
      expect(new Set(shown).size).toBe(shown.length);
    }
  }

  async peace(): Promise<void> {
    this.#calm = true;
    this.server.lies = false;
    await this.#round();
    await this.#round();
  }

  async #repair(entityId: string): Promise<void> {
    const id = `r${this.#serial++}`;
    await record(this.#desk(), { type: "repair.record", entityId, args: { id, action: id } });
    this.recorded.push(id);
    this.done.set(entityId, [...(this.done.get(entityId) ?? []), id]);
  }

  #desk(): Desk {
    const newId = () => `c${this.#serial++}`;
    return { store: this.store, account: ACCOUNT, now: () => new Date(), newId };
  }

  /** As the engine's round, without its clock. */
  async #round(): Promise<void> {
    const wire = new Wire({ fetch: this.#fetch, baseUrl: "", now: () => new Date() });
    const names = { appVersion: "", installationName: "" };
    const context: Context = { ...this.#desk(), ...names, wire };
    await enrol(context);
    await pushAll(context);
    await new Puller().pullAll(context);
    await verifyRetained(context);
    await pushAll(context);
    await new Puller().pullAll(context);
    await fetchReceipts(context);
    await tidy(context);
  }

  readonly #fetch: typeof fetch = async (input, init) => {
    const fate = this.#calm ? 99 : this.#chance(100);
    if (fate < 8) throw new TypeError("lost on the way there");
    if (fate < 12) return Response.json({ code: "busy" }, { status: 503 });
    const path = String(input).replace("/api/v1", "");
    const body = JSON.parse(String(init?.body ?? "{}")) as Record<string, unknown>;
    const [status, answer] = await this.server.answer(path, body);
    if (fate < 25) throw new TypeError("lost on the way back");
    return Response.json(answer, { status });
  };
}

const SEEDS = Array.from({ length: Number(process.env["SEEDS"] ?? 10) }, (_, index) => index + 1);

it.each(SEEDS)("everything arrives once and both sides agree (seed %i)", async (seed) => {
  const world = new World(await ModelServer.make(), chanceFrom(seed));
  await world.begin();
  for (let step = 0; step < STEPS; step++) {
    await world.step();
    await world.check();
  }
  // Every other history ends with the worst: a restore, and nothing new that would show it.
  if (seed % 2 === 0) world.restore();

  await world.peace();

  const { server, store, recorded } = world;
  expect(server.repairs().sort()).toEqual([...recorded].sort());
  const rows = await readRows<{ repairs: { id: string }[] }>(store, "work_order");
  const held = rows.map(({ id, revision, doc, pending, revoked }) => ({
    id,
    revision,
    repairs: doc.repairs.map((repair) => repair.id),
    pending,
    revoked,
  }));
  const there = server.visible().map(({ id, revision, document }) => ({
    id,
    revision,
    repairs: (document?.["repairs"] as { id: string }[]).map((repair) => repair.id),
    pending: false,
    revoked: false,
  }));
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  expect(held.sort(byId)).toEqual(there.sort(byId));
  expect(await store.commands.where("receipted").equals(0).count()).toBe(0);
  store.close();
});
