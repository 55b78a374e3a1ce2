import type { Row } from "@truckroll/sync-client";
import { useEffect, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { codeOf } from "../../app/keeping.ts";
import { type StepAnswer, answerStep } from "./actions.ts";
import type { Task, WorkOrderDocument } from "./documents.ts";

export function answerOf(task: Task): StepAnswer {
  const { value, is_not_applicable, remark } = task;
  const plain = typeof value === "boolean" || typeof value === "string" ? value : null;
  return { value: plain, is_not_applicable, remark };
}

export function isSame(one: StepAnswer, other: StepAnswer): boolean {
  return (
    one.value === other.value &&
    one.is_not_applicable === other.is_not_applicable &&
    one.remark === other.remark
  );
}

export interface Answering {
  answer: StepAnswer;
  /** Record it; whether it was kept. */
  give: (change: Partial<StepAnswer>) => Promise<boolean>;
  /** What was given is shown, but not kept yet. */
  isKeeping: boolean;
  /** The phone could not keep it: the code of why. */
  fault: string | null;
}

/**
 * The answer of a step. What was just given is shown at once, and until the store shows the same:
 * a box that waits for the disk flips back under the finger.
 */
export function useAnswer(workOrder: Row<WorkOrderDocument>, task: Task): Answering {
  const { client } = useOpened();
  const [given, setGiven] = useState<StepAnswer | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const stored = answerOf(task);
  const hasArrived = given !== null && isSame(given, stored);
  useEffect(() => {
    if (hasArrived) setGiven(null);
  }, [hasArrived]);

  async function give(change: Partial<StepAnswer>): Promise<boolean> {
    const next = { ...(given ?? stored), ...change };
    setGiven(next);
    setFault(null);
    try {
      await answerStep(client, workOrder, task.id, next);
      return true;
    } catch (error) {
      setGiven(null);
      setFault(codeOf(error));
      return false;
    }
  }
  return { answer: given ?? stored, give, isKeeping: given !== null, fault };
}
