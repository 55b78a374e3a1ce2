import { Button } from "@mantine/core";
import { patchApiV1TicketsByTicketId } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { type ReactElement, useState } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { FormDialog } from "../../app/FormDialog.tsx";
import { keys } from "../../app/keys.ts";
import { useMay } from "../../app/me.ts";
import { type Ticket, isSettled } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { ChooseAsset } from "../tickets/ChooseAsset.tsx";
import { ChoosePlace } from "../tickets/ChoosePlace.tsx";
import { emptyDraft, placeOf } from "../tickets/new-ticket.ts";
import { useChange } from "./use-change.ts";
import "../tickets/new-ticket.css";

/** The way to say where a ticket is that was opened without a site: before, nobody can be sent. */
export function GivePlace({ ticket }: { ticket: Ticket }): ReactElement | null {
  const { t } = useTexts();
  const may = useMay("tickets.change");
  const [isOpen, setOpen] = useState(false);
  if (!may || isSettled(ticket)) return null;
  return (
    <div className="section-steps">
      <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
        {t("panel.givePlace")}
      </Button>
      {isOpen && <PlaceDialog ticket={ticket} onClose={() => setOpen(false)} />}
    </div>
  );
}

function PlaceDialog({ ticket, onClose }: { ticket: Ticket; onClose: () => void }): ReactElement {
  const { t } = useTexts();
  const [draft, setDraft] = useState(emptyDraft);
  const [isMissing, setMissing] = useState(false);
  const change = useChange({
    act: () =>
      take(
        patchApiV1TicketsByTicketId({
          path: { ticket_id: ticket.id },
          body: placeOf(draft),
          headers: ifMatch(ticket.revision),
        }),
      ),
    touches: [keys.ticket(ticket.id), keys.ticketLists, keys.workOrdersOf(ticket.id)],
    done: t("panel.saved"),
    onDone: onClose,
  });
  const set = (more: Partial<typeof draft>) => setDraft({ ...draft, ...more });
  return (
    <FormDialog
      title={t("panel.givePlace")}
      change={change}
      words={{ go: t("word.save"), leave: t("word.cancel") }}
      onSubmit={() => (draft.site ? change.mutate() : setMissing(true))}
      onClose={onClose}
    >
      <ChoosePlace draft={draft} onChange={set} isMissing={isMissing && draft.site === null} />
      {draft.site && <ChooseAsset draft={draft} onChange={set} />}
    </FormDialog>
  );
}
