import type { Row, SyncClient } from "@truckroll/sync-client";
import type { WorkOrderDocument } from "../work-order/documents.ts";

/**
 * `SignatureSection.tsx` exports `SignatureSection`: shows what the customer signs (from the
 * optimistic row: work done, readings, parts), name, pad; records `work_order.sign_off` with the
 * digest and attaches the picture. When there is a sign-off already it shows it.
 */
export interface SignatureSectionProps {
  client: SyncClient;
  workOrder: Row<WorkOrderDocument>;
  /** Zone of the site, for the times in the text that is signed. */
  timezone: string;
  /** Steps that are not answered yet: the customer is told what is still open before signing. */
  openSteps: string[];
  /** What the engineer has typed as the summary so far. */
  summary: string;
  onSigned?: () => void;
}
