/**
 * Calendar days of a time zone as stretches of instants, also where the clocks change. Instants are
 * milliseconds since 1970.
 */

/** A calendar day as `2026-11-22`; which stretch of time it is depends on the zone. */
export type Day = string;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface Range {
  from: number;
  until: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(zone, made);
  return made;
}

interface Wall {
  date: string;
  time: string;
  /** The same figures read as if they were UTC. */
  asUtc: number;
}

function wallOf(at: number, zone: string): Wall {
  const found: Record<string, string> = {};
  for (const part of formatter(zone).formatToParts(at)) found[part.type] = part.value;
  const date = `${(found.year ?? "").padStart(4, "0")}-${found.month}-${found.day}`;
  const time = `${found.hour}:${found.minute}`;
  return { date, time, asUtc: Date.parse(`${date}T${time}:${found.second}Z`) };
}

/** The calendar day an instant falls on, as `2026-03-29`. */
export function dayOf(at: number, zone: string): Day {
  return wallOf(at, zone).date;
}

/** What a clock on the wall shows, as `14:05`. */
export function wallTime(at: number, zone: string): string {
  return wallOf(at, zone).time;
}

/**
 * The instant at which a clock there shows that time of that day; a time that the clocks skip is
 * the moment of the change, one that comes twice is the first.
 */
export function instantOf(day: Day, time: string, zone: string): number {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const offsets = [-26 * HOUR, 0, 26 * HOUR].map((shift) => {
    const at = Math.floor((wanted + shift) / 1000) * 1000;
    return wallOf(at, zone).asUtc - at;
  });
  const matches = offsets.map((offset) => wanted - offset).filter((at) => shows(at, wanted, zone));
  if (matches.length > 0) return Math.min(...matches);
  return changeNear(wanted, Math.max(...offsets), zone);
}

function shows(at: number, wanted: number, zone: string): boolean {
  return wallOf(at, zone).asUtc === wanted;
}

/** The first instant whose wall time is not before the wanted one. */
function changeNear(wanted: number, offset: number, zone: string): number {
  let at = wanted - offset - 3 * HOUR;
  while (wallOf(at, zone).asUtc < wanted) at += MINUTE;
  return at;
}

/** From midnight to midnight: 24 hours, or 23 or 25 when the clocks change. */
export function dayRange(day: Day, zone: string): Range {
  return {
    from: instantOf(day, "00:00", zone),
    until: instantOf(shiftDay(day, 1), "00:00", zone),
  };
}

/** The calendar day some days later, or earlier. */
export function shiftDay(day: Day, days: number): Day {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

export function isDay(text: string | null | undefined): text is Day {
  return /^\d{4}-\d{2}-\d{2}$/.test(text ?? "") && !Number.isNaN(Date.parse(`${text}T00:00Z`));
}
