import { notifications } from "@mantine/notifications";
import type { Failure } from "@truckroll/shared/problem.ts";
import type { ConsoleTexts } from "../texts.ts";
import { failureWords } from "./failure-words.ts";

/** Say that something went well; it goes by itself. */
export function notifyDone(text: string): void {
  notifications.show({ message: text, color: "green", autoClose: 4000, withBorder: true });
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
  });
}
