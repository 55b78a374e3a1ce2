import type { Locale } from "@truckroll/shared/locale.ts";

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** How old something is: "3 hours", "2天"; one unit, rounded down, never less than a minute. */
export function ageText(since: string, now: Date, language: Locale): string {
  const seconds = Math.max(0, (now.getTime() - Date.parse(since)) / 1000);
  for (const [unit, size] of UNITS)
    if (seconds >= size) return span(Math.floor(seconds / size), unit, language);
  return span(1, "minute", language);
}

function span(count: number, unit: "day" | "hour" | "minute", language: Locale): string {
  if (language === "zh-CN") return `${count}${{ day: "天", hour: "小时", minute: "分钟" }[unit]}`;
  const short = { day: count === 1 ? "day" : "days", hour: "h", minute: "min" }[unit];
  return `${count} ${short}`;
}

/** A size as people say it: "640 kB", "1.4 MB". */
export function sizeText(bytes: number, language: Locale): string {
  const form = (value: number, digits: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  if (bytes >= 1e9) return `${form(bytes / 1e9, 1)} GB`;
  if (bytes >= 1e6) return `${form(bytes / 1e6, 1)} MB`;
  return `${form(Math.ceil(bytes / 1000), 0)} kB`;
}

/** A distance as drivers say it: "350 m", "4.2 km", "38 km". */
export function distanceText(metres: number, language: Locale): string {
  const kilometres = metres / 1000;
  if (metres < 950) return `${Math.max(50, Math.round(metres / 50) * 50)} m`;
  const digits = kilometres < 10 ? 1 : 0;
  const form = new Intl.NumberFormat(language, { maximumFractionDigits: digits });
  return `${form.format(kilometres)} km`;
}

/** The zone's short name, when the phone's clock shows another time than the site's. */
export function zoneHint(
  at: string,
  timezone: string,
  own = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string | null {
  if (timezone === own || offset(at, timezone) === offset(at, own)) return null;
  return part(at, timezone, "shortOffset").replace("GMT", "UTC");
}

function offset(at: string, timezone: string): string {
  return part(at, timezone, "longOffset");
}

function part(at: string, timezone: string, timeZoneName: "shortOffset" | "longOffset"): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName }).formatToParts(
    new Date(at),
  );
  return parts.find((item) => item.type === "timeZoneName")?.value ?? "";
}
