import { calendarDay, clockTime, dayAndTime, minutesText } from "@truckroll/shared/format.ts";
import type { Failure } from "@truckroll/shared/problem.ts";
import { useMemo } from "react";
import { useZone } from "../../app/me.ts";
import { type ConsoleTexts, useTexts } from "../../texts.ts";
import { sentenceOf, type Wording } from "./explain.ts";

/** The reader's way to write reasons: language and zone applied. */
export function wordingOf(texts: ConsoleTexts, zone: string): Wording {
  const { locale, t, has } = texts;
  return {
    t: (key, values) => (has(key) ? t(key, values) : key),
    has,
    minutes: (minutes) => minutesText(minutes, locale),
    instant: (at) => dayAndTime(at, locale, zone),
    day: (date) => calendarDay(`${date}T12:00:00Z`, locale, "UTC"),
    number: (value) => new Intl.NumberFormat(locale).format(Number(value)),
  };
}

export function useWording(): Wording {
  const texts = useTexts();
  const zone = useZone();
  return useMemo(() => wordingOf(texts, zone), [texts, zone]);
}

/** "Mon 23 Nov, 09:00–10:15", the day left out when it is today. */
export function slotText(from: string, until: string, texts: ConsoleTexts, zone: string): string {
  const { locale } = texts;
  const hours = `${clockTime(from, locale, zone)}–${clockTime(until, locale, zone)}`;
  const gap = locale === "en" ? ", " : " ";
  return `${calendarDay(from, locale, zone)}${gap}${hours}`;
}

/** Why the server refused, for people. */
export function failureText(
  failure: Failure,
  who: { engineer: string },
  texts: ConsoleTexts,
  zone: string,
): string {
  const wording = wordingOf(texts, zone);
  const values: Record<string, string> = { engineer: who.engineer, detail: failure.detail };
  for (const [name, value] of Object.entries(failure.params))
    if (name.endsWith("_at")) values[name] = clockTime(String(value), texts.locale, zone);
  const rejection = failure.params.rejection as RejectionParams | null | undefined;
  if (failure.code === "engineer-not-eligible" && rejection) {
    const rule = sentenceOf({ ...rejection, text: rejection.code }, wording);
    return texts.t("assign.fail.rejected", { engineer: who.engineer, rule });
  }
  const key = `assign.fail.${failure.code}`;
  return wording.t(texts.has(key) ? key : "assign.fail.other", values);
}

interface RejectionParams {
  code: string;
  params: Record<string, unknown>;
}

/** The question behind a refusal that a reason would overcome. */
export function reasonQuestionText(
  failure: Failure,
  who: { engineer: string; proposed: string | null },
  texts: ConsoleTexts,
  zone: string,
): string {
  const { engineer } = who;
  const rejection = failure.params.rejection as RejectionParams | undefined;
  if (rejection) {
    const rule = sentenceOf({ ...rejection, text: rejection.code }, wordingOf(texts, zone));
    return texts.t("assign.reasonRule", { engineer, rule });
  }
  if ("proposed_engineer_id" in failure.params)
    return who.proposed
      ? texts.t("assign.reasonNotFirst", { engineer, proposed: who.proposed })
      : texts.t("assign.reasonNobody", { engineer });
  return texts.t("assign.reasonPlain");
}
