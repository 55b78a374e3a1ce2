import { describe, expect, it } from "vitest";
import type { Doc } from "../store.ts";
import type { CommandType, Kind } from "../types.ts";
import { after, COMMAND_TYPES, touchedBy } from "./index.ts";
import type { Look, Recorded } from "./reducer.ts";

const AT = "2026-11-22T10:00:00.000Z";

function command(type: CommandType, args: Doc = {}, entityId = "w1"): Recorded {
  return { id: "c1", type, entityId, args, at: AT, by: "u1", context: {} };
}

function workOrder(changes: Doc = {}): Doc {
  return {
    id: "w1",
    ticket_id: "t1",
    state: "ready",
    started_at: null,
    completed_at: null,
    summary: "",
    ticket: { id: "t1", notes: [] },
    tasks: [
      { id: "k1", kind: "check", value: null, answered_at: null },
      { id: "k2", kind: "reading", value: null, answered_at: null },
    ],
    parts_needed: [{ part_id: "p1", quantity: "2", reserved: "2" }],
    parts_fitted: [],
    readings: [],
    repairs: [],
    sign_off: null,
    ...changes,
  };
}

const shown = (kind: Kind, doc: Doc | undefined, ...commands: Recorded[]): Doc =>
  after(kind, doc, commands) ?? {};

const EXAMPLES: Partial<Record<CommandType, Recorded>> = {
  "task.answer": command("task.answer", { task_id: "k1", value: true }),
  "reading.take": command("reading.take", { id: "r1", name: "Pressure", value: "3.1" }),
  "repair.record": command("repair.record", { id: "r1", action: "Cleaned" }),
  "part.consume": command("part.consume", {
    move_id: "m1",
    repair_id: "r1",
    part_id: "p1",
    quantity: "1",
  }),
  "work_order.sign_off": command("work_order.sign_off", { signer_name: "Zé", document: {} }),
  "ticket.note": command("ticket.note", { note_id: "n1", body: "Dog" }, "t1"),
};

describe("reducers of a work order", () => {
  it.each([
    ["ready", "work_order.start", "in_progress"],
    ["on_hold", "work_order.start", "in_progress"],
    ["done", "work_order.start", "done"],
    ["cancelled", "work_order.start", "cancelled"],
    ["in_progress", "work_order.pause", "on_hold"],
    ["ready", "work_order.pause", "ready"],
    ["in_progress", "work_order.complete", "done"],
    ["on_hold", "work_order.complete", "on_hold"],
  ] as const)("%s, %s: %s", (state, type, next) => {
    expect(shown("work_order", workOrder({ state }), command(type))["state"]).toBe(next);
  });

  it("keeps the first start", () => {
    const doc = workOrder({ state: "on_hold", started_at: "before" });
    expect(shown("work_order", doc, command("work_order.start"))["started_at"]).toBe("before");
  });

  it("keeps the summary that the desk wrote when none is given", () => {
    const doc = workOrder({ state: "in_progress", summary: "From the desk" });
    expect(shown("work_order", doc, command("work_order.complete"))["summary"]).toBe(
      "From the desk",
    );
  });

  it("answers one task and leaves the others", () => {
    const given = { task_id: "k2", value: "42.5", remark: "warm" };
    const doc = shown("work_order", workOrder(), command("task.answer", given));
    expect(doc["tasks"]).toMatchObject([
      { id: "k1", value: null },
      { id: "k2", value: "42.5", remark: "warm", answered_at: AT, answered_by: "u1" },
    ]);
  });

  it("fits a part and gives its reservation back", () => {
    const consume = { ...command("part.consume"), ...EXAMPLES["part.consume"] } as Recorded;
    const named = { ...consume, context: { number: "P-1", name: "Seal", unit: "pcs" } };
    expect(shown("work_order", workOrder(), named)).toMatchObject({
      parts_fitted: [{ move_id: "m1", number: "P-1", name: "Seal", quantity: "1", found: "0" }],
      parts_needed: [{ part_id: "p1", reserved: "1" }],
    });
  });

  it("shows the note in the ticket of the work order", () => {
    const note = { ...(EXAMPLES["ticket.note"] as Recorded), context: { author_name: "Ana" } };
    expect(shown("work_order", workOrder(), note)["ticket"]).toMatchObject({
      notes: [{ id: "n1", body: "Dog", author_name: "Ana" }],
    });
  });

  it("does not replace a signature", () => {
    const signed = workOrder({ sign_off: { id: "s1" } });
    const doc = shown("work_order", signed, EXAMPLES["work_order.sign_off"] as Recorded);
    expect(doc["sign_off"]).toEqual({ id: "s1" });
  });

  it.each(Object.values(EXAMPLES).map((one) => [one.type, one] as const))(
    "%s changes nothing where its effect is there already",
    (_type, one) => {
      const once = shown("work_order", workOrder({ state: "in_progress" }), one);
      expect(shown("work_order", once, one)).toEqual(once);
    },
  );

  it.each(COMMAND_TYPES)("%s leaves the server's document as it was", (type) => {
    const doc = workOrder({ state: "in_progress" });
    const copy = structuredClone(doc);
    shown("work_order", doc, EXAMPLES[type] ?? command(type));
    expect(doc).toEqual(copy);
  });

  it.each(COMMAND_TYPES)("%s makes no work order out of nothing", (type) => {
    expect(after("work_order", undefined, [EXAMPLES[type] ?? command(type)])).toBeUndefined();
  });
});

describe("other reducers", () => {
  it.each([
    ["3", "2", "1", "2", "1"],
    ["0.5", "0", "1", "0", "0"],
    ["1.5", "1", "0.25", "1.25", "0.75"],
  ])("a van with %s (%s reserved) gives %s", (onHand, reserved, quantity, left, still) => {
    const consume = command("part.consume", { part_id: "p1", quantity });
    expect(shown("stock_level", { on_hand: onHand, reserved }, consume)).toMatchObject({
      on_hand: left,
      reserved: still,
    });
  });

  it.each([
    ["confirmed", "booking.travel", "travelling"],
    ["on_site", "booking.travel", "on_site"],
    ["confirmed", "booking.arrive", "on_site"],
    ["travelling", "booking.finish", "finished"],
    ["cancelled", "booking.finish", "cancelled"],
    ["confirmed", "work_order.start", "on_site"],
    ["on_site", "work_order.complete", "finished"],
    ["cancelled", "work_order.complete", "cancelled"],
  ] as const)("a booking that is %s, after %s: %s", (state, type, next) => {
    expect(shown("booking", { state }, command(type, {}, "b1"))["state"]).toBe(next);
  });

  it("an attachment begins with its announcement and then is the server's", () => {
    const add = command("attachment.add", { entity_kind: "work_order", entity_id: "w1" }, "a1");
    expect(shown("attachment", undefined, add)).toMatchObject({ id: "a1", state: "awaiting_blob" });
    expect(shown("attachment", { state: "stored" }, add)).toEqual({ state: "stored" });
  });
});

describe("what a command touches", () => {
  const rows: Partial<Record<Kind, Doc[]>> = {
    work_order: [workOrder()],
    booking: [
      { id: "b1", work_order_id: "w1", state: "cancelled" },
      { id: "b2", work_order_id: "w1", state: "confirmed" },
    ],
    part: [{ id: "p1", number: "P-1", name: "Seal", unit: "pcs" }],
    stock_location: [
      { id: "v1", engineer_id: "e1" },
      { id: "v2", engineer_id: null },
    ],
    stock_level: [
      { id: "l1", part_id: "p1", location_id: "v2" },
      { id: "l2", part_id: "p1", location_id: "v1" },
    ],
  };
  const look: Look = {
    displayName: "Ana",
    engineerId: "e1",
    row: (kind, id) => Promise.resolve(rows[kind]?.find((doc) => doc["id"] === id)),
    find: (kind, wanted) => Promise.resolve((rows[kind] ?? []).filter(wanted)),
  };

  it.each([
    ["work_order.start", "w1", {}, ["work_order:w1", "booking:b2"]],
    ["part.consume", "w1", { part_id: "p1" }, ["work_order:w1", "stock_level:l2"]],
    ["ticket.note", "t1", {}, ["ticket:t1", "work_order:w1"]],
    ["position.record", "e1", {}, []],
    [
      "attachment.add",
      "a1",
      { entity_kind: "work_order", entity_id: "w1" },
      ["attachment:a1", "work_order:w1"],
    ],
  ] as const)("%s", async (type, entityId, args, keys) => {
    const touched = await touchedBy({ type, entityId, args }, look);
    expect(touched.keys.map(({ kind, id }) => `${kind}:${id}`)).toEqual(keys);
  });
});
