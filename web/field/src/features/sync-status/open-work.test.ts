import { expect, test } from "vitest";
import { aBooking, aCommand, aFile, aWorkOrder } from "../work-order/samples.ts";
import { groupByWork } from "./open-work.ts";

test("entries stand under the work order they are about, whatever they were recorded on", () => {
  const found = {
    commands: [
      aCommand({ id: "1", type: "booking.travel", entityId: "booking-1" }),
      aCommand({ id: "2", type: "ticket.note", entityId: "ticket-1" }),
      aCommand({ id: "3", type: "position.record", entityId: "engineer-1" }),
      aCommand({ id: "4", type: "attachment.add", entityId: "file-1" }),
    ],
    files: [aFile()],
    troubles: [],
    workOrders: [aWorkOrder()],
    bookings: [aBooking()],
  };

  const { groups } = groupByWork(found);

  expect(
    groups.map((group) => [group.key, group.commands.map((c) => c.id), group.files.length]),
  ).toEqual([
    ["work-1", ["1", "2"], 1],
    ["", ["3"], 0],
  ]);
});

test("a trouble stands apart, once", () => {
  const parked = aCommand({ status: "parked" });
  const found = { files: [], bookings: [], workOrders: [aWorkOrder()] };

  const { groups, troubles } = groupByWork({ ...found, commands: [parked], troubles: [parked] });

  expect(groups).toEqual([]);
  expect(troubles.map((trouble) => trouble.workOrder?.id)).toEqual(["work-1"]);
});
