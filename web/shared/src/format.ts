import type { Locale } from "./locale.ts";

/** Times as people write them; `zone` is an IANA name, by default the zone of this machine. */
export function clockTime(at: Date | string, language: Locale, zone?: string): string {
  return form(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone).format(
    new Date(at),
  );
}

export function calendarDay(at: Date | string, language: Locale, zone?: string): string {
  return form(language, { weekday: "short", day: "numeric", month: "short" }, zone).format(
    new Date(at),
  );
}

export function dayAndTime(at: Date | string, language: Locale, zone?: string): string {
  const options = {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  } as const;
  return form(language, options, zone).format(new Date(at));
}

/** How long ago, or how long until: "3 min ago", "2小时后"; one unit, rounded down. */
export function relativeTime(at: Date | string, now: Date, language: Locale): string {
  const seconds = (new Date(at).getTime() - now.getTime()) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  return words.format(0, "minute");
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** A span of minutes: "1 h 25 min", "1小时25分钟". */
export function minutesText(minutes: number, language: Locale): string {
  const whole = Math.round(minutes);
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  const words =
    language === "en" ? { h: " h", m: " min", gap: " " } : { h: "小时", m: "分钟", gap: "" };
  if (hours === 0) return `${rest}${words.m}`;
  return rest === 0 ? `${hours}${words.h}` : `${hours}${words.h}${words.gap}${rest}${words.m}`;
}

/** English dates are written as the browser's own English writes them: 22 Nov or Nov 22. */
function regional(language: Locale): string {
  if (language !== "en") return language;
  const spoken: readonly string[] = globalThis.navigator?.languages ?? [];
  return spoken.find((tag) => /^en\b/i.test(tag)) ?? "en";
}

const cache = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs a hundred times what using it costs. */
function form(language: Locale, options: Intl.DateTimeFormatOptions, zone?: string) {
  const key = JSON.stringify([language, options, zone]);
  const known =
    cache.get(key) ?? new Intl.DateTimeFormat(regional(language), { ...options, timeZone: zone });
  cache.set(key, known);
  return known;
}
