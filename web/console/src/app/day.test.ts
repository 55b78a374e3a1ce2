import { describe, expect, it } from "vitest";
import { dayOf, dayRange, instantOf, isDay, shiftDay, wallTime } from "./day.ts";

const HOUR = 3_600_000;
const hoursOf = (date: string, zone: string) => {
  const { from, until } = dayRange(date, zone);
  return (until - from) / HOUR;
};

describe("days of a zone", () => {
  it("have 23 hours in spring, 25 in autumn and 24 otherwise", () => {
    expect(hoursOf("2026-03-29", "Europe/Lisbon")).toBe(23);
    expect(hoursOf("2026-10-25", "Europe/Lisbon")).toBe(25);
    expect(hoursOf("2026-11-22", "Europe/Lisbon")).toBe(24);
    expect(hoursOf("2026-03-29", "Asia/Shanghai")).toBe(24);
  });

  it("begin at local midnight", () => {
    expect(new Date(dayRange("2026-11-22", "Asia/Shanghai").from).toISOString()).toBe(
      "2026-11-21T16:00:00.000Z",
    );
    expect(new Date(dayRange("2026-09-27", "Pacific/Auckland").from).toISOString()).toBe(
      "2026-09-26T12:00:00.000Z",
    );
    expect(new Date(dayRange("2026-07-01", "Europe/Lisbon").from).toISOString()).toBe(
      "2026-06-30T23:00:00.000Z",
    );
  });

  it("begin at the change where midnight itself is skipped", () => {
    // Beirut moves from 00:00 to 01:00 on this day.
    const { from } = dayRange("2026-03-29", "Asia/Beirut");

    expect(wallTime(from, "Asia/Beirut")).toBe("01:00");
    expect(dayOf(from, "Asia/Beirut")).toBe("2026-03-29");
    expect(dayOf(from - 1000, "Asia/Beirut")).toBe("2026-03-28");
  });

  it("follow each other without gap or overlap all year", () => {
    for (const zone of ["Europe/Lisbon", "Australia/Lord_Howe", "America/New_York"])
      for (let date = "2026-01-01"; date < "2027-01-01"; date = shiftDay(date, 1))
        expect(dayRange(date, zone).until).toBe(dayRange(shiftDay(date, 1), zone).from);
  });

  it("take the first of a time that comes twice, and the change for one that never comes", () => {
    const twice = instantOf("2026-10-25", "01:30", "Europe/Lisbon");
    const never = instantOf("2026-03-29", "01:30", "Europe/Lisbon");

    expect(new Date(twice).toISOString()).toBe("2026-10-25T00:30:00.000Z");
    expect(wallTime(never, "Europe/Lisbon")).toBe("02:00");
  });

  it("are named as the ISO calendar does", () => {
    expect(shiftDay("2026-12-31", 1)).toBe("2027-01-01");
    expect(shiftDay("2026-03-01", -1)).toBe("2026-02-28");
    expect([isDay("2026-03-01"), isDay("2026-13-41"), isDay("today"), isDay(null)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
