import type { Task } from "./documents.ts";

/** Where a reading lies against the limits of its step. */
export type RangeFlag = "in_range" | "below" | "above" | "unlimited";

/** The steps as the engineer goes through them. */
export function inOrder(tasks: Task[]): Task[] {
  return [...tasks].sort((a, b) => a.position - b.position);
}

/** Whether a step needs nothing more; the server decides in the same way. */
export function isAnswered(task: Task): boolean {
  if (task.is_not_applicable) return task.remark.trim() !== "";
  if (typeof task.value === "string") return task.value.trim() !== "";
  // A step that was looked at and not done is not done.
  return task.value !== null && task.value !== undefined && task.value !== false;
}

/** The required steps that still stand in the way of finishing. */
export function missingSteps(tasks: Task[]): Task[] {
  return inOrder(tasks).filter((task) => task.is_required && !isAnswered(task));
}

export function progressOf(tasks: Task[]): { done: number; total: number } {
  return { done: tasks.filter(isAnswered).length, total: tasks.length };
}

const DECIMAL = /^-?\d{1,15}(\.\d{1,9})?$/;
const PLACES = 9;

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

export function rangeFlag(value: string, low: string | null, high: string | null): RangeFlag {
  if (low === null && high === null) return "unlimited";
  const number = scaled(value);
  if (low !== null && number < scaled(low)) return "below";
  if (high !== null && number > scaled(high)) return "above";
  return "in_range";
}

/** Exact to the last digit: limits are decimals, and binary fractions would miss them. */
function scaled(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const number = BigInt(whole + fraction.slice(0, PLACES).padEnd(PLACES, "0"));
  return text.startsWith("-") ? -number : number;
}
