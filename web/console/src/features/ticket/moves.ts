/** Which steps a dispatcher can take from where a record stands; pure. */
import type { TicketState, WorkOrderState } from "../../app/records.ts";

export type TicketAction = "start" | "resolve" | "close" | "reopen" | "cancel";
export type WorkAction = "release" | "cancel";

export interface Move<A extends string> {
  action: A;
  /** The step most people want next; the others stand in a menu. */
  isMain: boolean;
  needsReason: boolean;
}

const TICKET: Record<TicketState, Move<TicketAction>[]> = {
  open: [
    { action: "start", isMain: false, needsReason: false },
    { action: "resolve", isMain: true, needsReason: false },
    { action: "cancel", isMain: false, needsReason: true },
  ],
  in_progress: [
    { action: "resolve", isMain: true, needsReason: false },
    { action: "cancel", isMain: false, needsReason: true },
  ],
  resolved: [
    { action: "close", isMain: true, needsReason: false },
    { action: "reopen", isMain: false, needsReason: true },
  ],
  closed: [],
  cancelled: [],
};

const WORK: Record<WorkOrderState, Move<WorkAction>[]> = {
  draft: [
    { action: "release", isMain: true, needsReason: false },
    { action: "cancel", isMain: false, needsReason: true },
  ],
  ready: [{ action: "cancel", isMain: false, needsReason: true }],
  in_progress: [{ action: "cancel", isMain: false, needsReason: true }],
  on_hold: [
    { action: "release", isMain: true, needsReason: false },
    { action: "cancel", isMain: false, needsReason: true },
  ],
  done: [],
  cancelled: [],
};

export function ticketMoves(state: TicketState): Move<TicketAction>[] {
  return TICKET[state];
}

export function workMoves(state: WorkOrderState): Move<WorkAction>[] {
  return WORK[state];
}
