import type { Range } from "../../app/day.ts";

/** Where everything of a day lies on the timeline: pure arithmetic, instants in milliseconds. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const SNAP_MINUTES = 15;
export const LANE_HEIGHT = 34;
export const ROW_PADDING = 5;
const ROW_LEAST = 44;

export type BookingState =
  "proposed" | "confirmed" | "travelling" | "on_site" | "finished" | "cancelled";

export interface PlannedBooking {
  id: string;
  engineerId: string;
  startsAt: number;
  endsAt: number;
  state: BookingState;
  travelSeconds: number | null;
  onSiteAt: number | null;
  finishedAt: number | null;
  dueAt: number | null;
}

export interface Period {
  engineerId: string;
  startsAt: number;
  endsAt: number;
}

export interface Scale extends Range {
  pxPerHour: number;
}

export interface Box {
  x: number;
  width: number;
}

export interface Bar extends Box {
  id: string;
  lane: number;
  startsAt: number;
  endsAt: number;
  /** The bar goes on before the first or after the last hour shown. */
  isCutBefore: boolean;
  isCutAfter: boolean;
  /** It ends after the promise: where along the bar, in pixels, the promise is broken. */
  lateFrom: number | null;
}

export interface Drive extends Box {
  bookingId: string;
  lane: number;
}

export interface Row {
  engineerId: string;
  y: number;
  height: number;
  bars: Bar[];
  drives: Drive[];
  /** When the engineer works: shifts without absences. */
  work: Box[];
  absent: Box[];
  bookedMinutes: number;
  shiftMinutes: number;
}

export interface Day {
  bookings: readonly PlannedBooking[];
  shifts: readonly Period[];
  absences: readonly Period[];
}

export function widthOf(scale: Scale): number {
  return ((scale.until - scale.from) / HOUR) * scale.pxPerHour;
}

export function xOf(scale: Scale, at: number): number {
  return ((at - scale.from) / HOUR) * scale.pxPerHour;
}

export function atX(scale: Scale, x: number): number {
  return scale.from + (x / scale.pxPerHour) * HOUR;
}

/** The nearest quarter of an hour, counted in whole quarters of the clock everywhere on earth. */
export function snapped(at: number, minutes = SNAP_MINUTES): number {
  const step = minutes * MINUTE;
  return Math.round(at / step) * step;
}

/** How far behind the present a hand may slip and still mean "now". */
const SLIP_MINUTES = 45;

/** A start that was just missed becomes the next quarter of an hour; nobody books backwards. */
export function notJustMissed(startsAt: number, now: number): number {
  const isMissed = startsAt < now && now - startsAt <= SLIP_MINUTES * MINUTE;
  return isMissed ? Math.ceil(now / (SNAP_MINUTES * MINUTE)) * SNAP_MINUTES * MINUTE : startsAt;
}

/** The part of a stretch that is on the picture, or null. */
export function boxOf(scale: Scale, startsAt: number, endsAt: number): Box | null {
  const [from, until] = [Math.max(startsAt, scale.from), Math.min(endsAt, scale.until)];
  if (until <= from) return null;
  return { x: xOf(scale, from), width: xOf(scale, until) - xOf(scale, from) };
}

/**
 * When a booking really binds its engineer: finished work with its own times, work under way at
 * least until now.
 */
export function realSpan(booking: PlannedBooking, now: number): [number, number] {
  if (booking.state === "finished") {
    const startsAt = booking.onSiteAt ?? booking.startsAt;
    return [startsAt, Math.max(booking.finishedAt ?? booking.endsAt, startsAt + MINUTE)];
  }
  if (booking.state === "on_site" || booking.state === "travelling")
    return [booking.startsAt, Math.max(booking.endsAt, now)];
  return [booking.startsAt, booking.endsAt];
}

/** Lay out the rows of the engineers, in their order, one below the other. */
export function layout(engineerIds: readonly string[], day: Day, scale: Scale, now: number): Row[] {
  const bookings = byEngineer(day.bookings.filter((booking) => booking.state !== "cancelled"));
  const shifts = byEngineer(day.shifts);
  const absences = byEngineer(day.absences);
  let y = 0;
  return engineerIds.map((engineerId) => {
    const own = { shifts: shifts.get(engineerId) ?? [], absences: absences.get(engineerId) ?? [] };
    const row = rowOf(engineerId, bookings.get(engineerId) ?? [], own, { scale, now, y });
    y += row.height;
    return row;
  });
}

function rowOf(
  engineerId: string,
  bookings: readonly PlannedBooking[],
  own: { shifts: readonly Period[]; absences: readonly Period[] },
  at: { scale: Scale; now: number; y: number },
): Row {
  const { scale, now, y } = at;
  const spans = bookings
    .map((booking) => ({ booking, span: realSpan(booking, now) }))
    .filter(({ span }) => boxOf(scale, span[0], span[1]) !== null)
    .sort((a, b) => a.span[0] - b.span[0] || a.booking.id.localeCompare(b.booking.id));
  const lanes = lanesOf(spans.map(({ span }) => span));
  const bars = spans.map(({ booking, span }, index) =>
    barOf(booking, span, lanes[index] ?? 0, scale),
  );
  const work = presence(own.shifts, own.absences);
  const deep = Math.max(1, ...lanes.map((lane) => lane + 1));
  return {
    engineerId,
    y,
    height: Math.max(ROW_LEAST, deep * LANE_HEIGHT + 2 * ROW_PADDING),
    bars,
    drives: spans.flatMap(({ booking, span }, index) =>
      drivesOf(booking, span, lanes[index] ?? 0, scale),
    ),
    work: boxes(scale, work),
    absent: boxes(scale, merged(own.absences.map((it) => [it.startsAt, it.endsAt]))),
    bookedMinutes: minutesWithin(scale, merged(spans.map(({ span }) => span))),
    shiftMinutes: minutesWithin(scale, work),
  };
}

function barOf(
  booking: PlannedBooking,
  [startsAt, endsAt]: [number, number],
  lane: number,
  scale: Scale,
): Bar {
  const box = boxOf(scale, startsAt, endsAt) ?? { x: 0, width: 0 };
  const { dueAt } = booking;
  const isLate = dueAt !== null && endsAt > dueAt && booking.state !== "finished";
  return {
    id: booking.id,
    lane,
    ...box,
    startsAt,
    endsAt,
    isCutBefore: startsAt < scale.from,
    isCutAfter: endsAt > scale.until,
    lateFrom: isLate ? Math.max(0, xOf(scale, dueAt) - box.x) : null,
  };
}

function drivesOf(
  booking: PlannedBooking,
  [startsAt]: [number, number],
  lane: number,
  scale: Scale,
): Drive[] {
  if (!booking.travelSeconds) return [];
  const box = boxOf(scale, startsAt - booking.travelSeconds * 1000, startsAt);
  return box ? [{ ...box, bookingId: booking.id, lane }] : [];
}

/** Stack what overlaps: each span goes to the first lane that is free again when it starts. */
export function lanesOf(spans: readonly (readonly [number, number])[]): number[] {
  const freeFrom: number[] = [];
  return spans.map(([startsAt, endsAt]) => {
    const found = freeFrom.findIndex((free) => free <= startsAt);
    const lane = found === -1 ? freeFrom.length : found;
    freeFrom[lane] = endsAt;
    return lane;
  });
}

/** Shifts joined, with the absences cut out. */
export function presence(shifts: readonly Period[], absences: readonly Period[]): Stretch[] {
  let left = merged(shifts.map((it) => [it.startsAt, it.endsAt]));
  for (const away of absences)
    left = left.flatMap(([from, until]): Stretch[] => {
      if (away.endsAt <= from || away.startsAt >= until) return [[from, until]];
      const parts: Stretch[] = [];
      if (away.startsAt > from) parts.push([from, away.startsAt]);
      if (away.endsAt < until) parts.push([away.endsAt, until]);
      return parts;
    });
  return left;
}

export type Stretch = [number, number];

/** Stretches in order, those that touch or overlap made one. */
export function merged(stretches: readonly (readonly [number, number])[]): Stretch[] {
  const done: Stretch[] = [];
  for (const [from, until] of [...stretches].sort((a, b) => a[0] - b[0])) {
    const last = done.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], until);
    else if (until > from) done.push([from, until]);
  }
  return done;
}

function boxes(scale: Scale, stretches: readonly Stretch[]): Box[] {
  return stretches.flatMap(([from, until]) => boxOf(scale, from, until) ?? []);
}

function minutesWithin(range: Range, stretches: readonly Stretch[]): number {
  const clipped = stretches.map(
    ([from, until]) => Math.min(until, range.until) - Math.max(from, range.from),
  );
  return clipped.reduce((sum, length) => sum + Math.max(0, length), 0) / MINUTE;
}

function byEngineer<T extends { engineerId: string }>(items: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const known = found.get(item.engineerId);
    if (known) known.push(item);
    else found.set(item.engineerId, [item]);
  }
  return found;
}

/** The row at a height of the picture, or null beside it. */
export function rowAt(rows: readonly Row[], y: number): Row | null {
  return rows.find((row) => y >= row.y && y < row.y + row.height) ?? null;
}

/** Marks of the ruler: every hour, or every second or third when there is little room. */
export function ticks(scale: Scale): number[] {
  const every = scale.pxPerHour >= 44 ? 1 : scale.pxPerHour >= 24 ? 2 : 3;
  const marks: number[] = [];
  for (let at = scale.from; at < scale.until; at += every * HOUR) marks.push(at);
  return marks;
}

/**
 * The hours worth showing: from the earliest to the latest that anybody works or is booked, with
 * an hour around, never less than a working day.
 */
export function hoursShown(day: Day, range: Range, now: number): Range {
  const spans = [
    ...presence(day.shifts, []),
    ...day.bookings
      .filter((booking) => booking.state !== "cancelled")
      .map((booking): Stretch => {
        const [from, until] = realSpan(booking, now);
        return [from - (booking.travelSeconds ?? 0) * 1000, until];
      }),
  ].filter(([from, until]) => until > range.from && from < range.until);
  const starts = Math.min(range.from + 7 * HOUR, ...spans.map(([from]) => from - HOUR));
  const ends = Math.max(range.from + 19 * HOUR, ...spans.map(([, until]) => until + HOUR));
  const whole = (at: number, round: (value: number) => number) =>
    range.from + round((at - range.from) / HOUR) * HOUR;
  return {
    from: Math.max(range.from, whole(starts, Math.floor)),
    until: Math.min(range.until, whole(ends, Math.ceil)),
  };
}
