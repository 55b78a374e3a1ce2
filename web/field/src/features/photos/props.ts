import type { Row, SyncClient } from "@truckroll/sync-client";
import type { WorkOrderDocument } from "../work-order/documents.ts";

/**
 * `Photos.tsx` exports `Photos`: it draws the content of the section (the page draws the heading):
 * take or choose photos, the gallery with the state of each file, and what went wrong.
 */
export interface PhotosProps {
  client: SyncClient;
  workOrder: Row<WorkOrderDocument>;
  /** True on finished or revoked work: photos are shown, new ones may still be added as facts. */
  isClosed: boolean;
}

/**
 * `PhotoButton.tsx` exports `PhotoButton`: a checklist step that asks for a photo. `onTaken` gets
 * the id of the attachment after it is stored on this phone; the page then answers the task.
 */
export interface PhotoButtonProps {
  client: SyncClient;
  workOrder: Row<WorkOrderDocument>;
  /** Names the step for the file name and for screen readers. */
  label: string;
  /** The attachment that answers the step now, shown as a thumbnail. */
  attachmentId: string | null;
  isDisabled?: boolean;
  onTaken: (attachmentId: string) => void;
}
