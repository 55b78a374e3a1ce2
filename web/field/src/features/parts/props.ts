import type { Row, SyncClient } from "@truckroll/sync-client";
import type { WorkOrderDocument } from "../work-order/documents.ts";

/**
 * `PartsSection.tsx` exports `PartsSection`: what is needed and reserved, what was fitted, use
 * from my van, scan, search, quantity; records `part.consume`.
 */
export interface PartsSectionProps {
  client: SyncClient;
  workOrder: Row<WorkOrderDocument>;
  isClosed: boolean;
  /**
   * The repair that a part is fitted on. The page gives the latest repair of the work order, or
   * records one with `action` as its text when there is none yet (pass for example
   * "Fitted: Mechanical shaft seal 24 mm" in the language of the engineer).
   */
  repairFor: (action: string) => Promise<string>;
}

/** How ready the parts of a work order are, from `part-readiness.ts`; drawn in the list of work. */
export type PartReadiness =
  { kind: "none-needed" } | { kind: "ready" } | { kind: "missing"; numbers: string[] };
