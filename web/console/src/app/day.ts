/** A calendar day as "2026-11-22"; which stretch of time it is depends on the zone. */
export type Day = string;

const PATTERN = /^\d{4}-\d{2}-\d{2}$/;

export function isDay(text: string | null | undefined): text is Day {
  return !!text && PATTERN.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** The day it is in a zone at a moment. */
export function dayOf(at: Date, zone: string): Day {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(at);
  const value = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${value("year")}-${value("month")}-${value("day")}`;
}

export function shiftDay(day: Day, days: number): Day {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The moment a day begins in a zone; on days the clock is changed they have 23 or 25 hours. */
export function startOfDay(day: Day, zone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const guess = midnight - offsetAt(midnight, zone);
  return new Date(midnight - offsetAt(guess, zone));
}

/** The stretch of time of a day in a zone, its end excluded, as texts for the server. */
export function dayRange(day: Day, zone: string): { from: string; until: string } {
  return {
    from: startOfDay(day, zone).toISOString(),
    until: startOfDay(shiftDay(day, 1), zone).toISOString(),
  };
}

/** How far the wall clock of a zone is ahead of UTC, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(
    value("year"),
    value("month") - 1,
    value("day"),
    value("hour"),
    value("minute"),
    value("second"),
  );
  return wall - Math.floor(at / 1000) * 1000;
}
