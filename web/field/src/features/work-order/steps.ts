import { isAnswered } from "@truckroll/shared/checklist.ts";
import type { Task } from "./documents.ts";

/** The steps as the engineer goes through them. */
export function inOrder(tasks: Task[]): Task[] {
  return [...tasks].sort((a, b) => a.position - b.position);
}

/** The required steps that still stand in the way of finishing. */
export function missingSteps(tasks: Task[]): Task[] {
  return inOrder(tasks).filter((task) => task.is_required && !isAnswered(task));
}

const DECIMAL = /^-?\d{1,15}(\.\d{1,9})?$/;

/**
 * What was typed as a decimal text for the server, or null when it is no number. Commas and the
 * wide digits of Chinese keyboards are numbers too.
 */
export function readingOf(typed: string): string | null {
  const plain = typed
    .normalize("NFKC")
    .replace(/[\s\u00a0']/g, "")
    .replace(/[−–]/g, "-")
    .replace(/^\+/, "")
    .replace(",", ".")
    .replace(/。/g, ".")
    .replace(/^(-?)\./, "$10.")
    .replace(/\.$/, "");
  return DECIMAL.test(plain) ? plain : null;
}
