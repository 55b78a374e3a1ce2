import type { Row } from "@truckroll/sync-client";
import type { Booking, WorkOrderDocument } from "./documents.ts";

/** What the engineer can do next: one thing first, the others beside it. */
export type Action = "travel" | "arrive" | "start" | "resume" | "pause" | "finish" | "leave";

export interface NextActions {
  first: Action | null;
  others: Action[];
  /** Why there is nothing to do, as a name of a text. */
  why: "revoked" | "done" | "cancelled" | "unconfirmed" | "not-released" | null;
}

const NOTHING = { first: null, others: [] };

export function nextActions(
  workOrder: Row<WorkOrderDocument>,
  booking: Row<Booking> | null,
): NextActions {
  const state = workOrder.doc.state;
  if (workOrder.revoked) return { ...NOTHING, why: "revoked" };
  if (state === "done" || state === "cancelled") return { ...NOTHING, why: state };
  if (state === "draft") return { ...NOTHING, why: "not-released" };
  if (state === "in_progress") return { first: "finish", others: ["pause"], why: null };
  return beforeWork(state === "on_hold" ? "resume" : "start", booking?.doc.state ?? null);
}

function beforeWork(begin: "start" | "resume", visit: Booking["state"] | null): NextActions {
  switch (visit) {
    case "proposed":
      return { ...NOTHING, why: "unconfirmed" };
    case "confirmed":
      return { first: "travel", others: ["arrive", begin], why: null };
    case "travelling":
      return { first: "arrive", others: [begin], why: null };
    case "on_site":
      // Work that was begun can be left for another day; the dispatcher books the rest of it.
      return { first: begin, others: begin === "resume" ? ["leave"] : [], why: null };
    default:
      return { first: begin, others: [], why: null };
  }
}
