import { expect, test } from "vitest";
import { aBooking, aWorkOrder } from "../work-order/samples.ts";
import { agendaOf, dayOf, dayWord } from "./agenda.ts";

const NOW = new Date("2026-11-22T08:00:00Z");
const ZONE = "Europe/Lisbon";
const work = (id: string, over = {}) => aWorkOrder({ id, ...over });
const visit = (id: string, starts_at: string, over = {}) =>
  aBooking({ id: `b-${id}`, work_order_id: id, starts_at, ends_at: starts_at, ...over });
const ids = (stops: { workOrder: { id: string } }[]) => stops.map((stop) => stop.workOrder.id);

test("visits stand by day and by start", () => {
  const agenda = agendaOf(
    [
      visit("c", "2026-11-23T08:00:00Z"),
      visit("b", "2026-11-22T14:00:00Z"),
      visit("a", "2026-11-22T09:00:00Z"),
    ],
    [work("b"), work("c"), work("a")],
    NOW,
    ZONE,
  );

  expect(agenda.days.map((day) => [day.date, ids(day.stops)])).toEqual([
    ["2026-11-22", ["a", "b"]],
    ["2026-11-23", ["c"]],
  ]);
  expect(agenda.next?.workOrder.id).toBe("a");
});

test("where the engineer is comes before what is next", () => {
  const agenda = agendaOf(
    [
      visit("a", "2026-11-22T09:00:00Z"),
      visit("b", "2026-11-22T14:00:00Z", { state: "travelling" }),
      visit("c", "2026-11-22T16:00:00Z", { state: "on_site" }),
    ],
    [work("a"), work("b"), work("c")],
    NOW,
    ZONE,
  );

  expect(agenda.next?.workOrder.id).toBe("c");
});

test("an open visit of yesterday is overdue, and does not push today's aside", () => {
  const agenda = agendaOf(
    [visit("old", "2026-11-21T09:00:00Z"), visit("a", "2026-11-22T09:00:00Z")],
    [work("old"), work("a")],
    NOW,
    ZONE,
  );

  expect(ids(agenda.overdue)).toEqual(["old"]);
  expect(agenda.next?.workOrder.id).toBe("a");
});

test("an overdue visit is next when there is nothing else", () => {
  const agenda = agendaOf([visit("old", "2026-11-20T09:00:00Z")], [work("old")], NOW, ZONE);

  expect(agenda.next?.workOrder.id).toBe("old");
});

test("of two visits for one work order the open one counts", () => {
  const agenda = agendaOf(
    [
      visit("a", "2026-11-20T09:00:00Z", { id: "first", state: "finished" }),
      visit("a", "2026-11-22T11:00:00Z", { id: "second" }),
    ],
    [work("a", { state: "on_hold" })],
    NOW,
    ZONE,
  );

  expect(agenda.next?.booking?.id).toBe("second");
});

test("finished work of earlier days goes, unless something of it is not safe", () => {
  const over = { state: "done", completed_at: "2026-11-20T10:00:00Z" };
  const unsafe = { ...work("b", over), pending: true };
  const today = work("c", { state: "done", completed_at: "2026-11-22T07:00:00Z" });

  const agenda = agendaOf([], [work("a", over), unsafe, today], NOW, ZONE);

  expect(ids(agenda.finished)).toEqual(["c", "b"]);
});

test("what is no longer the engineer's stands apart", () => {
  const agenda = agendaOf([], [{ ...work("a"), revoked: true }], NOW, ZONE);

  expect(ids(agenda.revoked)).toEqual(["a"]);
  expect(agenda.next).toBeNull();
});

test("a day is the day of the engineer's zone", () => {
  expect(dayOf("2026-11-22T23:30:00Z", "Europe/Lisbon")).toBe("2026-11-22");
  expect(dayOf("2026-11-22T23:30:00Z", "Asia/Shanghai")).toBe("2026-11-23");
  expect(dayWord("2026-11-23", NOW, ZONE)).toBe("tomorrow");
});

test.each([
  // The clocks of Lisbon go forward in this night, and back in the other: days of 23 and 25 hours.
  ["2026-03-28T23:30:00Z", "2026-03-29", "tomorrow"],
  ["2026-03-28T23:30:00Z", "2026-03-30", "other"],
  ["2026-10-24T23:15:00Z", "2026-10-26", "tomorrow"],
])("at %s, %s is %s", (now, date, word) => {
  expect(dayWord(date, new Date(now), "Europe/Lisbon")).toBe(word);
});
