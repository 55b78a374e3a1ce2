import type { WorkOrderDocument } from "./documents.ts";

export interface HistoryEntry {
  id: string;
  at: string;
  fault: string;
  action: string;
}

const MOST = 5;

/**
 * What was done to the asset before, newest first: what the server sent along, and what this phone
 * knows from other work orders.
 */
export function historyOf(doc: WorkOrderDocument, others: WorkOrderDocument[]): HistoryEntry[] {
  const sent = (doc.asset_history ?? []).map((repair) => entryOf(repair, repair.fault_title ?? ""));
  const known = others
    .filter((other) => other.id !== doc.id && doc.asset_id && other.asset_id === doc.asset_id)
    .flatMap((other) => other.repairs.map((repair) => entryOf(repair, faultOf(other))));
  const found = new Map([...sent, ...known].map((entry) => [entry.id, entry]));
  return [...found.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MOST);
}

type Repaired = Pick<WorkOrderDocument["repairs"][number], "id" | "occurred_at" | "action">;

function entryOf({ id, occurred_at: at, action }: Repaired, fault: string): HistoryEntry {
  return { id, at, fault, action };
}

function faultOf(workOrder: WorkOrderDocument): string {
  return workOrder.fault_code?.title ?? workOrder.title;
}
