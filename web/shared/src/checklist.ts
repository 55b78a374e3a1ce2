/** How far a checklist is, by the rules of the server; pure. */

/** What the rules look at in a step. */
export interface StepAnswer {
  is_required: boolean;
  is_not_applicable: boolean;
  remark: string;
  value?: unknown;
}

/** Where a reading lies against the limits of its step. */
export type RangeFlag = "in_range" | "below" | "above" | "unlimited";

/** Whether a step needs nothing more; the server decides in the same way. */
export function isAnswered(step: StepAnswer): boolean {
  if (step.is_not_applicable) return step.remark.trim() !== "";
  if (typeof step.value === "string") return step.value.trim() !== "";
  // A step that was looked at and not done is not done.
  return step.value !== null && step.value !== undefined && step.value !== false;
}

/** Steps that need no answer count only once they have one. */
export function progressOf(steps: StepAnswer[]): { done: number; total: number } {
  const counted = steps.filter((step) => step.is_required || isAnswered(step));
  return { done: counted.filter(isAnswered).length, total: counted.length };
}

const PLACES = 9;
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** The limits themselves are in range; what is no decimal text has no place among them. */
export function rangeFlag(value: string, low: string | null, high: string | null): RangeFlag {
  if ((low === null && high === null) || !DECIMAL.test(value)) return "unlimited";
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
