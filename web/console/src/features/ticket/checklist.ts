/** How far a checklist is, and how an answer lies against its limits; pure. */
import type { Task } from "../../app/records.ts";

export interface Progress {
  answered: number;
  all: number;
  isComplete: boolean;
}

export function isAnswered(task: Task): boolean {
  return task.is_not_applicable || (task.value !== null && task.value !== undefined);
}

/** Steps that need no answer count only once they have one. */
export function progressOf(tasks: Task[]): Progress {
  const counted = tasks.filter((task) => task.is_required || isAnswered(task));
  const answered = counted.filter(isAnswered).length;
  return { answered, all: counted.length, isComplete: answered === counted.length };
}

export type Flag = "in" | "below" | "above" | "none";

/** Where a reading lies against the limits of its step; the limits are still in range. */
export function flagOf(task: Task): Flag {
  if (task.kind !== "reading" || task.value === null || task.value === undefined) return "none";
  const value = Number(task.value);
  if (task.minimum === null && task.maximum === null) return "none";
  if (task.minimum !== null && value < Number(task.minimum)) return "below";
  if (task.maximum !== null && value > Number(task.maximum)) return "above";
  return "in";
}
