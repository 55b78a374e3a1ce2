import { calendarDay, clockTime } from "@truckroll/shared/format.ts";
import type { Locale } from "@truckroll/shared/locale.ts";
import { zoneHint } from "../../app/words.ts";
import type { Stop } from "./agenda.ts";

/** "08:00–10:30", with the zone when the clock on site shows another time. */
export function visitTime({ booking, workOrder }: Stop, locale: Locale): string | null {
  if (!booking) return null;
  const { starts_at, ends_at } = booking.doc;
  const zone = workOrder.doc.site.timezone;
  const hint = zoneHint(starts_at, zone);
  const span = `${clockTime(starts_at, locale, zone)}–${clockTime(ends_at, locale, zone)}`;
  return hint ? `${span} ${hint}` : span;
}

export function visitDay({ booking, workOrder }: Stop, locale: Locale): string | null {
  return booking && calendarDay(booking.doc.starts_at, locale, workOrder.doc.site.timezone);
}
