import { describe, expect, it } from "vitest";
import { conflictsOf, type Situation, type Wish } from "./conflicts.ts";
import type { PlannedBooking } from "./layout.ts";

const HOUR = 3_600_000;
const MONDAY = Date.parse("2026-11-23T00:00:00Z");
const at = (hour: number) => MONDAY + hour * HOUR;

const standing: PlannedBooking = {
  id: "standing",
  engineerId: "ana",
  startsAt: at(10),
  endsAt: at(11),
  state: "confirmed",
  travelSeconds: null,
  onSiteAt: null,
  finishedAt: null,
  dueAt: null,
};
const situation: Situation = {
  now: at(8),
  bookings: [standing],
  shifts: [
    { engineerId: "ana", startsAt: at(8), endsAt: at(12) },
    { engineerId: "ana", startsAt: at(12), endsAt: at(17) },
  ],
  absences: [{ engineerId: "ana", startsAt: at(16), endsAt: at(17) }],
  skillsOf: () => [
    { skillId: "boilers", level: 2, expiresOn: "2026-11-23" },
    { skillId: "lifts", level: 2, expiresOn: "2026-11-22" },
  ],
  dayOf: (instant) => new Date(instant).toISOString().slice(0, 10),
};
const wish = (from: number, until: number, more: Partial<Wish> = {}): Wish => ({
  engineerId: "ana",
  startsAt: at(from),
  endsAt: at(until),
  dueAt: null,
  skills: [],
  ...more,
});
const codes = (wanted: Wish) => conflictsOf(wanted, situation).map((conflict) => conflict.code);

describe("what speaks against a place on the timeline", () => {
  it("is nothing for a free hour in the shift, right beside another booking", () => {
    expect(codes(wish(9, 10))).toEqual([]);
    expect(codes(wish(11, 13))).toEqual([]);
  });

  it("is another booking in that time, but not the one that moves", () => {
    expect(conflictsOf(wish(10.5, 12), situation)).toEqual([
      { code: "busy", bookingId: "standing" },
    ]);
    expect(codes(wish(10.5, 12, { bookingId: "standing" }))).toEqual([]);
  });

  it("is a time outside the shift, or in an absence", () => {
    expect(codes(wish(7.99, 9))).toContain("outside-shift");
    expect(codes(wish(15.5, 16.5))).toEqual(["absent"]);
    expect(codes(wish(9, 10, { engineerId: "rui" }))).toEqual(["outside-shift"]);
  });

  it("is a skill that is missing, too low or no longer held on that day", () => {
    const skills = [
      { skillId: "boilers", minLevel: 3 },
      { skillId: "lifts", minLevel: 1 },
      { skillId: "gas", minLevel: 1 },
    ];

    expect(conflictsOf(wish(9, 10, { skills }), situation)).toEqual([
      { code: "skill-level-too-low", skillId: "boilers", needed: 3, held: 2 },
      { code: "skill-expired", skillId: "lifts" },
      { code: "skill-missing", skillId: "gas" },
    ]);
    expect(codes(wish(9, 10, { skills: [{ skillId: "boilers", minLevel: 2 }] }))).toEqual([]);
  });

  it("is the past, and a promise that would be broken, with the minutes", () => {
    expect(codes(wish(7, 7.5))).toContain("past");
    expect(conflictsOf(wish(9, 10, { dueAt: at(9.5) }), situation)).toEqual([
      { code: "late", minutes: 30 },
    ]);
  });
});
