import { expect, test } from "vitest";
import type { BookingState, WorkOrderState } from "./documents.ts";
import { nextActions } from "./next-action.ts";
import { aBooking, aWorkOrder } from "./samples.ts";

test.each([
  ["ready", "proposed", null, []],
  ["ready", "confirmed", "travel", ["arrive", "start"]],
  ["ready", "travelling", "arrive", ["start"]],
  ["ready", "on_site", "start", []],
  ["in_progress", "on_site", "finish", ["pause"]],
  ["on_hold", "on_site", "resume", ["leave"]],
  ["on_hold", "confirmed", "travel", ["arrive", "resume"]],
  ["on_hold", null, "resume", []],
  ["ready", null, "start", []],
  ["done", "finished", null, []],
  ["cancelled", "cancelled", null, []],
  ["draft", null, null, []],
] as [WorkOrderState, BookingState | null, string | null, string[]][])(
  "work that is %s with a visit that is %s: first %s, beside it %j",
  (state, visit, first, others) => {
    const booking = visit === null ? null : aBooking({ state: visit });

    const actions = nextActions(aWorkOrder({ state }), booking);

    expect(actions.first).toBe(first);
    expect(actions.others).toEqual(others);
  },
);

test("work that is no longer the engineer's offers nothing, and says why", () => {
  const revoked = { ...aWorkOrder({ state: "in_progress" }), revoked: true };

  expect(nextActions(revoked, aBooking())).toEqual({ first: null, others: [], why: "revoked" });
});
