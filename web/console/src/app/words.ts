/** Words about time and people that lists and panels share; pure. */
import { dayAndTime, minutesText } from "@truckroll/shared/format.ts";
import type { Locale } from "@truckroll/shared/locale.ts";
import type { ConsoleTexts } from "../texts.ts";

export type DueKind = "settled" | "late" | "soon" | "later";

export interface Due {
  kind: DueKind;
  text: string;
}

const SOON_MINUTES = 4 * 60;

export interface DueOptions {
  isSettled: boolean;
  now: Date;
  zone: string;
}

/** How a deadline stands: "2 h late", "due in 40 min", "due Nov 24, 11:13". */
export function dueWords(texts: ConsoleTexts, dueAt: string, options: DueOptions): Due {
  const { isSettled, now, zone } = options;
  if (isSettled) return { kind: "settled", text: texts.t("word.due.settled") };
  const minutes = (Date.parse(dueAt) - now.getTime()) / 60_000;
  if (minutes < 0)
    return { kind: "late", text: texts.t("word.due.late", { span: spanText(texts, -minutes) }) };
  if (minutes <= SOON_MINUTES)
    return { kind: "soon", text: texts.t("word.due.soon", { span: spanText(texts, minutes) }) };
  const time = dayAndTime(dueAt, texts.locale, zone);
  return { kind: "later", text: texts.t("word.due.later", { time }) };
}

/** A span as people say it: minutes up to ten hours, then hours, then days. */
export function spanText(texts: ConsoleTexts, minutes: number): string {
  const whole = Math.max(1, Math.floor(minutes));
  if (whole >= 48 * 60) return texts.t("word.days", { count: Math.floor(whole / 1440) });
  return minutesText(whole >= 600 ? Math.floor(whole / 60) * 60 : whole, texts.locale);
}

/** How old something is: "12 min", "3 d"; short, for a narrow column. */
export function ageText(texts: ConsoleTexts, at: string, now: Date): string {
  return spanText(texts, (now.getTime() - Date.parse(at)) / 60_000);
}

/** A decimal of the server without needless zeros, in the writing of the language. */
export function decimalText(value: string | number, locale: Locale): string {
  const number = Number(value);
  if (!Number.isFinite(number)) return String(value);
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(number);
}

/** Bytes as people say them. */
export function bytesText(bytes: number, locale: Locale): string {
  const [value, unit] =
    bytes >= 1_000_000 ? [bytes / 1_000_000, "MB"] : [Math.max(1, bytes / 1000), "kB"];
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)} ${unit}`;
}

/** Two times of one fact that are worth telling apart: it arrived much later than it happened. */
export function isLateArrival(occurredAt: string, recordedAt: string): boolean {
  return Date.parse(recordedAt) - Date.parse(occurredAt) > 2 * 60_000;
}

/** A zone as people call it: by its city, and in Chinese, which has no names of cities, by its time. */
export function zoneName(zone: string, locale: Locale): string {
  if (locale === "en") return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
  const form = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "longGeneric" });
  return form.formatToParts().find(({ type }) => type === "timeZoneName")?.value ?? zone;
}
