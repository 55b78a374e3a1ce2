import { Textarea } from "@mantine/core";
import { postApiV1WorkOrdersByWorkOrderIdMoves } from "@truckroll/shared/api/gen/sdk.gen.ts";
import type { ReactElement } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FormDialog } from "../../app/FormDialog.tsx";
import { keys } from "../../app/keys.ts";
import type { WorkOrder } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { useChange } from "./use-change.ts";

/** Call off field work; whoever is booked for it is told. */
export function CancelWork(props: { workOrder: WorkOrder; onClose: () => void }): ReactElement {
  const { workOrder, onClose } = props;
  const { t } = useTexts();
  const [reason, setReason, clear] = useDraft(`cancel.${workOrder.id}`, "");
  const change = useChange({
    act: () =>
      take(
        postApiV1WorkOrdersByWorkOrderIdMoves({
          path: { work_order_id: workOrder.id },
          body: { action: "cancel", reason: reason.trim() },
          headers: ifMatch(workOrder.revision),
        }),
      ),
    touches: [keys.workOrder(workOrder.id), keys.workOrdersOf(workOrder.ticket_id)],
    done: t("panel.workCancelled"),
    onDone: () => {
      clear();
      onClose();
    },
  });
  return (
    <FormDialog
      title={t("panel.cancelWorkTitle", { number: workOrder.number })}
      isCentered
      change={change}
      words={{ go: t("panel.work.cancel"), leave: t("panel.keepWork") }}
      onSubmit={() => change.mutate()}
      onClose={onClose}
    >
      <Textarea
        label={t("panel.move.cancel.reason")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
        rows={3}
        maxLength={2000}
        data-autofocus
      />
    </FormDialog>
  );
}
