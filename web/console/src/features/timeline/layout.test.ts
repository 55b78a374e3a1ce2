import { describe, expect, it } from "vitest";
import {
  atX,
  boxOf,
  type Day,
  HOUR,
  hoursShown,
  lanesOf,
  layout,
  merged,
  MINUTE,
  notJustMissed,
  type PlannedBooking,
  rowAt,
  type Row,
  snapped,
  ticks,
  widthOf,
  xOf,
} from "./layout.ts";
import { dayRange } from "../../app/day.ts";

const DAY = dayRange("2026-11-23", "Europe/Lisbon");
const SCALE = { ...DAY, pxPerHour: 60 };
const at = (hour: number) => DAY.from + hour * HOUR;
const NOTHING: Day = { bookings: [], shifts: [], absences: [] };

function booking(from: number, until: number, more: Partial<PlannedBooking> = {}): PlannedBooking {
  return {
    id: `${from}-${until}`,
    engineerId: "ana",
    startsAt: at(from),
    endsAt: at(until),
    state: "confirmed",
    travelSeconds: null,
    onSiteAt: null,
    finishedAt: null,
    dueAt: null,
    ...more,
  };
}

function row(day: Partial<Day>, now = at(0)): Row {
  const [first] = layout(["ana"], { ...NOTHING, ...day }, SCALE, now);
  if (!first) throw new Error("no row");
  return first;
}

describe("the timeline's layout", () => {
  it("puts a booking where its times are", () => {
    const { bars } = row({ bookings: [booking(9, 10.5)] });

    expect(bars).toMatchObject([{ x: 540, width: 90, lane: 0, isCutBefore: false }]);
  });

  it("stacks what overlaps and reuses a lane that is free again", () => {
    const { bars, height } = row({
      bookings: [booking(9, 11), booking(10, 12), booking(11, 13), booking(14, 15)],
    });

    expect(bars.map((bar) => bar.lane)).toEqual([0, 1, 0, 0]);
    expect(height).toBeGreaterThan(row({ bookings: [booking(9, 11)] }).height);
  });

  it("never draws two bars over each other, whatever the bookings", () => {
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 200; round += 1) {
      const spans = Array.from({ length: 12 }, () => {
        const from = Math.floor(random() * 100);
        return [from, from + 1 + Math.floor(random() * 20)] as const;
      }).sort((a, b) => a[0] - b[0]);
      const lanes = lanesOf(spans);
      spans.forEach(([from, until], one) =>
        spans.forEach(([otherFrom, otherUntil], other) => {
          const isOver = one !== other && from < otherUntil && otherFrom < until;
          if (isOver) expect(lanes[one]).not.toBe(lanes[other]);
        }),
      );
    }
  });

  it("cuts a booking at midnight and says so on both days", () => {
    const night = booking(22, 26);
    const next = { ...dayRange("2026-11-24", "Europe/Lisbon"), pxPerHour: 60 };

    const [today] = row({ bookings: [night] }).bars;
    const [tomorrow] =
      layout(["ana"], { ...NOTHING, bookings: [night] }, next, at(0))[0]?.bars ?? [];

    expect(today).toMatchObject({ x: 1320, width: 120, isCutBefore: false, isCutAfter: true });
    expect(tomorrow).toMatchObject({ x: 0, width: 120, isCutBefore: true, isCutAfter: false });
  });

  it("leaves out what lies on another day and what is cancelled", () => {
    const { bars } = row({
      bookings: [booking(-5, -2), booking(25, 26), booking(9, 10, { state: "cancelled" })],
    });

    expect(bars).toEqual([]);
  });

  it.each([
    ["2026-03-29", 23],
    ["2026-10-25", 25],
  ])("is as long as the day when the clocks change: %s", (date, hours) => {
    const scale = { ...dayRange(date, "Europe/Lisbon"), pxPerHour: 60 };

    expect(widthOf(scale)).toBe(hours * 60);
    expect(ticks(scale)).toHaveLength(hours);
  });

  it("draws the drive before the work, clipped at the edge of the picture", () => {
    const { drives } = row({
      bookings: [
        booking(9, 10, { travelSeconds: 1800 }),
        booking(0.25, 1, { travelSeconds: 3600 }),
      ],
    });

    expect(drives.map(({ x, width }) => ({ x, width }))).toEqual([
      { x: 0, width: 15 },
      { x: 510, width: 30 },
    ]);
  });

  it("shows working hours without the absences, and counts them", () => {
    const shifts = [
      { engineerId: "ana", startsAt: at(8), endsAt: at(12) },
      { engineerId: "ana", startsAt: at(13), endsAt: at(17) },
    ];
    const absences = [{ engineerId: "ana", startsAt: at(15), endsAt: at(30) }];

    const found = row({ shifts, absences, bookings: [booking(9, 10), booking(9.5, 11)] });

    expect(found.work).toEqual([
      { x: 480, width: 240 },
      { x: 780, width: 120 },
    ]);
    expect(found.absent).toEqual([{ x: 900, width: 540 }]);
    expect([found.shiftMinutes, found.bookedMinutes]).toEqual([360, 120]);
  });

  it("says from where a bar is later than promised", () => {
    const { bars } = row({
      bookings: [booking(9, 11, { dueAt: at(10) }), booking(12, 13, { dueAt: at(13) })],
    });

    expect(bars.map((bar) => bar.lateFrom)).toEqual([60, null]);
  });

  it("draws finished work when it was done, and work under way at least until now", () => {
    const { bars } = row(
      {
        bookings: [
          booking(9, 11, { state: "finished", onSiteAt: at(9.25), finishedAt: at(10) }),
          booking(12, 13, { state: "on_site" }),
        ],
      },
      at(14),
    );

    expect(bars.map((bar) => [bar.startsAt, bar.endsAt])).toEqual([
      [at(9.25), at(10)],
      [at(12), at(14)],
    ]);
  });

  it("puts rows below each other and finds them again by height", () => {
    const bookings = [booking(9, 11), booking(10, 12)];
    const rows = layout(["ana", "rui"], { ...NOTHING, bookings }, SCALE, at(0));

    expect(rows[1]?.y).toBe(rows[0]?.height);
    expect(rowAt(rows, (rows[0]?.height ?? 0) + 1)?.engineerId).toBe("rui");
    expect(rowAt(rows, 5000)).toBeNull();
  });

  it("reads a place as a time and back, in quarters of an hour", () => {
    expect(atX(SCALE, xOf(SCALE, at(9.5)))).toBe(at(9.5));
    expect(snapped(at(9) + 7 * MINUTE)).toBe(at(9));
    expect(snapped(at(9) + 8 * MINUTE)).toBe(at(9.25));
    expect(boxOf(SCALE, at(30), at(31))).toBeNull();
  });

  it("moves a start that was just missed to the next quarter, and leaves the far past alone", () => {
    const now = at(14) + 44 * MINUTE;

    expect(notJustMissed(at(14.5), now)).toBe(at(14.75));
    expect(notJustMissed(at(14), now)).toBe(at(14.75));
    expect(notJustMissed(at(15), now)).toBe(at(15));
    expect(notJustMissed(at(9), now)).toBe(at(9));
  });

  it("shows the hours somebody works or is booked, and a working day at least", () => {
    expect(hoursShown(NOTHING, DAY, at(0))).toEqual({ from: at(7), until: at(19) });
    expect(
      hoursShown({ ...NOTHING, bookings: [booking(5, 6), booking(20, 23.5)] }, DAY, at(0)),
    ).toEqual({ from: at(4), until: at(24) });
  });

  it("joins stretches that touch", () => {
    expect(
      merged([
        [5, 6],
        [1, 3],
        [3, 4],
        [2, 3],
      ]),
    ).toEqual([
      [1, 4],
      [5, 6],
    ]);
  });
});
