/** Booking a part that was fitted, on the repair it was fitted on. */
import { newId, type SyncClient } from "@truckroll/sync-client";
import { decimalOf } from "./quantity.ts";
import type { StockedPart } from "./van.ts";

interface Use {
  client: SyncClient;
  workOrderId: string;
  part: StockedPart;
  thousandths: number;
  /** Says what was done when no repair has been recorded yet. */
  action: string;
  repairFor: (action: string) => Promise<string>;
}

export async function consumePart(use: Use): Promise<void> {
  const repairId = await use.repairFor(use.action);
  await use.client.record({
    type: "part.consume",
    entityId: use.workOrderId,
    args: {
      move_id: newId(),
      repair_id: repairId,
      part_id: use.part.id,
      quantity: decimalOf(use.thousandths),
    },
  });
}
