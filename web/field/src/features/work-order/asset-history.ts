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
  const found = new Map<string, HistoryEntry>();
  for (const repair of doc.asset_history ?? [])
    found.set(repair.id, {
      id: repair.id,
      at: repair.occurred_at,
      fault: repair.fault_title ?? "",
      action: repair.action,
    });
  for (const other of others) {
    if (!doc.asset_id || other.asset_id !== doc.asset_id || other.id === doc.id) continue;
    for (const repair of other.repairs)
      found.set(repair.id, {
        id: repair.id,
        at: repair.occurred_at,
        fault: other.fault_code?.title ?? other.title,
        action: repair.action,
      });
  }
  return [...found.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MOST);
}
