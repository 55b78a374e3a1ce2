import type { NewCommand } from "@truckroll/sync-client";
import { expect, test } from "vitest";
import { commandOf, recordRepair } from "./actions.ts";
import { aBooking, aWorkOrder } from "./samples.ts";

test.each([
  ["travel", "booking.travel", "booking-1", 2],
  ["arrive", "booking.arrive", "booking-1", 2],
  ["leave", "booking.finish", "booking-1", 2],
  ["start", "work_order.start", "work-1", 3],
  ["resume", "work_order.start", "work-1", 3],
] as const)("%s is recorded as %s", (move, type, entityId, baseRevision) => {
  const command = commandOf(move, aWorkOrder(), aBooking());

  expect(command).toMatchObject({ type, entityId, baseRevision });
});

test("a pause carries its reason", () => {
  expect(commandOf("pause", aWorkOrder(), null, "A part is missing")).toMatchObject({
    type: "work_order.pause",
    args: { reason: "A part is missing" },
  });
});

test("without a visit there is nothing to set off for", () => {
  expect(commandOf("travel", aWorkOrder(), null)).toBeNull();
});

test.each([
  ["none that is listed", { fault_code_id: null }, { fault_code_id: null }],
  ["that of the work", {}, {}],
])("a repair for %s says so", async (_, given, told) => {
  const sent: NewCommand[] = [];
  const client = { record: (command: NewCommand) => Promise.resolve(String(sent.push(command))) };

  await recordRepair(client, aWorkOrder(), {
    action: "Taped the cable",
    cause: "",
    ...given,
  });

  expect(sent.map(({ args }) => args)).toMatchObject([{ action: "Taped the cable", ...told }]);
  expect("fault_code_id" in (sent[0]?.args ?? {})).toBe("fault_code_id" in told);
});
