import { Textarea } from "@mantine/core";
import { postApiV1TicketsByTicketIdMoves } from "@truckroll/shared/api/gen/sdk.gen.ts";
import type { ReactElement } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FormDialog } from "../../app/FormDialog.tsx";
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
  return (
    <FormDialog
      title={t(`panel.move.${action}.title`, { number: ticket.number })}
      isCentered
      change={change}
      words={{ go: t(`panel.move.${action}`), leave: t("word.cancel") }}
      onSubmit={() => change.mutate()}
      onClose={onClose}
    >
      <Textarea
        label={t(`panel.move.${action}.reason`)}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        required={needsReason}
        maxLength={2000}
        rows={4}
        data-autofocus
      />
    </FormDialog>
  );
}
