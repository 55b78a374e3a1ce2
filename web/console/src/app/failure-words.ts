/** Failures in the words of the person at the screen: what happened, and what to do; pure. */
import type { Failure } from "@truckroll/shared/problem.ts";
import type { ConsoleTexts } from "../texts.ts";

export interface FailureWords {
  title: string;
  hint: string;
}

export function failureWords(texts: ConsoleTexts, failure: Failure): FailureWords {
  const code = `error.${failure.code}`;
  const values = valuesOf(failure);
  if (texts.has(code)) {
    const hint = `${code}.hint`;
    return { title: texts.t(code, values), hint: texts.has(hint) ? texts.t(hint, values) : "" };
  }
  if (failure.status >= 500)
    return { title: texts.t("error.server"), hint: texts.t("error.server.hint") };
  // A refusal nobody has translated yet: the server's own sentence says more than a code.
  return { title: failure.detail || texts.t("error.other"), hint: texts.t("error.other.hint") };
}

function valuesOf(failure: Failure): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(failure.params))
    if (typeof value === "string" || typeof value === "number") values[name] = value;
  const seconds = Number(values.retry_after ?? values.retry_after_seconds ?? 0);
  values.minutes = Math.max(1, Math.ceil((seconds || 900) / 60));
  return values;
}
