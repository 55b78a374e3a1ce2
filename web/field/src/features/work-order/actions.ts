import { type NewCommand, newId, type Row, type SyncClient } from "@truckroll/sync-client";
import { locate, mayLocate } from "../../app/place.ts";
import type { Booking, WorkOrderDocument } from "./documents.ts";
import type { Action } from "./next-action.ts";

type Recorder = Pick<SyncClient, "record">;
export type Move = Exclude<Action, "finish">;

/** The command that a move of the state is recorded as. */
export function commandOf(
  move: Move,
  workOrder: Row<WorkOrderDocument>,
  booking: Row<Booking> | null,
  reason = "",
): NewCommand | null {
  if (move === "travel" || move === "arrive" || move === "leave") {
    if (!booking) return null;
    const type = move === "leave" ? "booking.finish" : (`booking.${move}` as const);
    return { type, entityId: booking.id, args: {}, baseRevision: booking.revision };
  }
  const base = { entityId: workOrder.id, baseRevision: workOrder.revision };
  if (move === "pause") return { type: "work_order.pause", args: { reason }, ...base };
  return { type: "work_order.start", args: {}, ...base };
}

/** Say how the work was finished; the summary is what the customer and the desk read. */
export function finishWork(client: Recorder, workOrder: Row<WorkOrderDocument>, summary: string) {
  return client.record({
    type: "work_order.complete",
    entityId: workOrder.id,
    args: { summary: summary.trim() },
    baseRevision: workOrder.revision,
  });
}

export interface StepAnswer {
  value: boolean | string | null;
  is_not_applicable: boolean;
  remark: string;
}

export function answerStep(
  client: Recorder,
  workOrder: Row<WorkOrderDocument>,
  taskId: string,
  answer: StepAnswer,
) {
  return client.record({
    type: "task.answer",
    entityId: workOrder.id,
    args: { task_id: taskId, ...answer },
    baseRevision: workOrder.revision,
  });
}

export interface NewReading {
  name: string;
  value: string;
  unit: string;
}

export function takeReading(
  client: Recorder,
  workOrder: Row<WorkOrderDocument>,
  reading: NewReading,
) {
  return client.record({
    type: "reading.take",
    entityId: workOrder.id,
    args: { id: newId(), ...reading },
  });
}

export interface NewRepair {
  action: string;
  cause: string;
  /** Null is a fault that is not in the list; left out, it is that of the work order. */
  fault_code_id?: string | null;
}

/** Record what was done; the answer is the id of the repair, on which parts are then fitted. */
export async function recordRepair(
  client: Recorder,
  workOrder: Row<WorkOrderDocument>,
  { action, cause, fault_code_id }: NewRepair,
): Promise<string> {
  const id = newId();
  const fault = fault_code_id === undefined ? {} : { fault_code_id };
  await client.record({
    type: "repair.record",
    entityId: workOrder.id,
    args: { id, action: action.trim(), cause: cause.trim(), ...fault },
  });
  return id;
}

export function writeNote(client: Recorder, ticketId: string, body: string, isInternal: boolean) {
  return client.record({
    type: "ticket.note",
    entityId: ticketId,
    args: { note_id: newId(), body: body.trim(), is_internal: isInternal },
  });
}

/** Tell the desk where the phone is, when the engineer has allowed that; never asks by itself. */
export async function tellPosition(client: Recorder, engineerId: string | null): Promise<void> {
  if (engineerId === null || !(await mayLocate())) return;
  const fix = await locate();
  if (!fix) return;
  await client.record({
    type: "position.record",
    entityId: engineerId,
    args: { position: fix.point, accuracy_metres: fix.accuracyMetres },
  });
}
