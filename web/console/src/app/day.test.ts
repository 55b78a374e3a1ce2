import { expect, test } from "vitest";
import { dayOf, dayRange, isDay, shiftDay } from "./day.ts";

const hours = ({ from, until }: { from: string; until: string }) =>
  (Date.parse(until) - Date.parse(from)) / 3_600_000;

test("it is another day in another zone", () => {
  const at = new Date("2026-11-22T17:30:00Z");

  expect(dayOf(at, "Europe/Lisbon")).toBe("2026-11-22");
  expect(dayOf(at, "Asia/Shanghai")).toBe("2026-11-23");
});

test.each([
  ["2026-11-22", "Asia/Shanghai", "2026-11-21T16:00:00.000Z", 24],
  ["2026-03-29", "Europe/Lisbon", "2026-03-29T00:00:00.000Z", 23],
  ["2026-10-25", "Europe/Lisbon", "2026-10-24T23:00:00.000Z", 25],
  ["2026-09-27", "Pacific/Auckland", "2026-09-26T12:00:00.000Z", 23],
  ["2026-03-08", "America/New_York", "2026-03-08T05:00:00.000Z", 23],
])("%s in %s begins at %s and has %d hours", (day, zone, from, length) => {
  const range = dayRange(day, zone);

  expect(range.from).toBe(from);
  expect(hours(range)).toBe(length);
});

test("days go on over the end of a year", () => {
  expect(shiftDay("2026-12-31", 1)).toBe("2027-01-01");
});

test.each(["2026-13-01", "yesterday", "", null])("%s is no day", (text) => {
  expect(isDay(text)).toBe(false);
});
