import { notifications } from "@mantine/notifications";
import { locale } from "@truckroll/shared/locale.ts";
import type { Failure } from "@truckroll/shared/problem.ts";
import { type ConsoleTexts, texts as textsIn } from "../texts.ts";
import { failureWords } from "./failure-words.ts";

/** Say that something went well; it goes by itself. */
export function notifyDone(text: string): void {
  notifications.show({
    message: text,
    color: "green",
    autoClose: 4000,
    withBorder: true,
    closeButtonProps: { "aria-label": textsIn(locale()).t("word.close") },
  });
}

/** Say that something went wrong, in words; it stays until it has been read. */
export function notifyFailure(texts: ConsoleTexts, failure: Failure): void {
  const { title, hint } = failureWords(texts, failure);
  notifications.show({
    id: `failure-${failure.code}`,
    title,
    message: hint,
    color: "red",
    autoClose: 12_000,
    withBorder: true,
    role: "alert",
    closeButtonProps: { "aria-label": texts.t("word.close") },
  });
}
