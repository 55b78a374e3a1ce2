import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { applyChanges, putTicket } from "./feed-apply.ts";
import { NO_FILTERS } from "./filters.ts";
import { keys } from "./keys.ts";
import type { BookingRow, Ticket, WorkOrderRow } from "./records.ts";
import { aBooking, aChange, aTicket, aWork } from "./testing.ts";

const DAY = keys.bookings("2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z");
const NEXT = keys.bookings("2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z");
let client: QueryClient;

beforeEach(() => {
  client = new QueryClient();
});

test("a ticket's new row reaches the list, the map and the panel", () => {
  const row = aTicket({ id: "t2", number: 2 });
  client.setQueryData(keys.openTickets, [aTicket()]);
  client.setQueryData(keys.tickets(NO_FILTERS), {
    pages: [{ items: [aTicket()], next: null }],
    pageParams: [null],
  });

  putTicket(client, { id: row.id, revision: 1, row });

  expect(client.getQueryData<Ticket[]>(keys.openTickets)?.map((t) => t.id)).toEqual(["t2", "t1"]);
});

test("a booking stands on the day it touches, with its work", () => {
  client.setQueryData(keys.openWork, [aWork()]);
  client.setQueryData(DAY, []);
  client.setQueryData(NEXT, []);
  const { work_order: _work, engineer_name: _name, ...plain } = aBooking();

  const touched = applyChanges(client, [aChange("booking", plain)]);

  expect(client.getQueryData<BookingRow[]>(DAY)?.[0]?.work_order.title).toBe(aWork().title);
  expect(client.getQueryData(NEXT)).toEqual([]);
  expect(client.getQueryData<WorkOrderRow[]>(keys.openWork)?.[0]?.booking?.id).toBe("b1");
  expect([...touched]).toEqual(["t1"]);
});

test("a booking that moves to tomorrow leaves today", () => {
  client.setQueryData(DAY, [aBooking()]);
  client.setQueryData(NEXT, []);
  const moved = {
    ...aBooking(),
    revision: 2,
    starts_at: "2026-11-23T09:00:00Z",
    ends_at: "2026-11-23T10:00:00Z",
  };

  applyChanges(client, [aChange("booking", moved)]);

  expect(client.getQueryData(DAY)).toEqual([]);
  expect(client.getQueryData<BookingRow[]>(NEXT)).toHaveLength(1);
});

test("a cancelled booking frees its work", () => {
  const { id, engineer_id, starts_at, ends_at, state, revision } = aBooking();
  const booking = { id, engineer_id, starts_at, ends_at, state, revision };
  client.setQueryData(keys.openWork, [aWork({ booking })]);

  applyChanges(client, [aChange("booking", { ...aBooking(), state: "cancelled", revision: 2 })]);

  expect(client.getQueryData<WorkOrderRow[]>(keys.openWork)?.[0]?.booking).toBeNull();
});

test("what nobody looked at is not made up", () => {
  applyChanges(client, [aChange("site", { id: "s1" }), aChange("booking", aBooking())]);

  expect(client.getQueryData(keys.sites)).toBeUndefined();
});

test("a photo is asked for anew where its work order is shown", () => {
  const key = keys.attachments("work_order", "w1");
  client.setQueryData(key, []);

  applyChanges(client, [
    aChange("attachment", { id: "f1", entity_kind: "work_order", entity_id: "w1" }),
  ]);

  expect(client.getQueryState(key)?.isInvalidated).toBe(true);
});

test("a new ticket is shown at its site before its whole row has been read", () => {
  client.setQueryData(keys.openTickets, []);
  client.setQueryData(keys.sites, [{ id: "s1", name: "Plant 1", territory_id: null }]);
  const { site_name: _name, work_order: _work, ...document } = aTicket({ site_id: "s1" });

  const touched = applyChanges(client, [aChange("ticket", document)]);

  expect(client.getQueryData<Ticket[]>(keys.openTickets)?.[0]?.site_name).toBe("Plant 1");
  expect([...touched]).toEqual(["t1"]);
});

test("what is known of a ticket beyond its document stays", () => {
  client.setQueryData(keys.openTickets, [aTicket({ asset_name: "Pump 7" })]);
  const { asset_name: _name, ...document } = aTicket({ revision: 2, title: "Leak" });

  applyChanges(client, [aChange("ticket", document)]);

  expect(client.getQueryData<Ticket[]>(keys.openTickets)?.[0]).toMatchObject({
    title: "Leak",
    asset_name: "Pump 7",
  });
});
