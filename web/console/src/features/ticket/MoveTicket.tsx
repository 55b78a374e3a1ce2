import { Button, Modal, Textarea } from "@mantine/core";
import { postApiV1TicketsByTicketIdMoves } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { type FormEvent, type ReactElement } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { keys } from "../../app/keys.ts";
import type { Ticket } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import type { Move, TicketAction } from "./moves.ts";
import { useChange } from "./use-change.ts";

interface Props {
  ticket: Ticket;
  move: Move<TicketAction>;
  onClose: () => void;
}

/** Take a step, with the reason that somebody will ask for. */
export function MoveTicket({ ticket, move, onClose }: Props): ReactElement {
  const { t } = useTexts();
  const { action, needsReason } = move;
  const [reason, setReason, clear] = useDraft(`move.${ticket.id}.${action}`, "");
  const change = useChange({
    act: () =>
      take(
        postApiV1TicketsByTicketIdMoves({
          path: { ticket_id: ticket.id },
          body: { action, ...(reason.trim() && { reason: reason.trim() }) },
          headers: ifMatch(ticket.revision),
        }),
      ),
    touches: [keys.ticket(ticket.id), keys.ticketLists, keys.ticketHistory(ticket.id)],
    done: t("panel.moved", { number: ticket.number }),
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
      title={t(`panel.move.${action}.title`, { number: ticket.number })}
      closeButtonProps={{ "aria-label": t("word.close") }}
      centered
    >
      <form className="dialog-form" onSubmit={submit}>
        {change.error && <FailureNotice error={change.error} />}
        <Textarea
          label={t(`panel.move.${action}.reason`)}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required={needsReason}
          maxLength={2000}
          rows={4}
          data-autofocus
        />
        <div className="dialog-buttons">
          <Button variant="default" onClick={onClose}>
            {t("word.cancel")}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t(`panel.move.${action}`)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
