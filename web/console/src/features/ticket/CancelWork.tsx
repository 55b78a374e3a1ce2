import { Button, Modal, Textarea } from "@mantine/core";
import { postApiV1WorkOrdersByWorkOrderIdMoves } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { type FormEvent, type ReactElement } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
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
  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("panel.cancelWorkTitle", { number: workOrder.number })}
      closeButtonProps={{ "aria-label": t("word.close") }}
      centered
    >
      <form className="dialog-form" onSubmit={submit}>
        {change.error && <FailureNotice error={change.error} />}
        <Textarea
          label={t("panel.move.cancel.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required
          rows={3}
          maxLength={2000}
          data-autofocus
        />
        <div className="dialog-buttons">
          <Button variant="default" onClick={onClose}>
            {t("panel.keepWork")}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t("panel.work.cancel")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
