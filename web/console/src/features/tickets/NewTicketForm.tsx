import { Button, NativeSelect, TextInput, Textarea } from "@mantine/core";
import { postApiV1Tickets } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { type FormEvent, type ReactElement, useState } from "react";
import { take, whenIdTaken } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { keys } from "../../app/keys.ts";
import { PRIORITIES, type Priority } from "../../app/records.ts";
import { useChoosing } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { useChange } from "../ticket/use-change.ts";
import { ChooseAsset } from "./ChooseAsset.tsx";
import { ChoosePlace } from "./ChoosePlace.tsx";
import { CHANNELS, type NewTicketDraft, bodyOf, emptyDraft, isPlaceOpen } from "./new-ticket.ts";
import "../../app/dialog.css";
import "./new-ticket.css";

/** Open a ticket in under a minute; a half-filled form is still there tomorrow. */
export default function NewTicketForm({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTexts();
  const { selectTicket } = useChoosing();
  const [draft, setDraft, clear] = useDraft<NewTicketDraft>("new-ticket", emptyDraft());
  const set = (change: Partial<NewTicketDraft>) => setDraft({ ...draft, ...change });
  // It was opened as it was typed then; what was changed since is another ticket.
  const showEarlierTry = () => (selectTicket(draft.id), set({ id: crypto.randomUUID() }));
  const open = useChange({
    act: () => whenIdTaken(take(postApiV1Tickets({ body: bodyOf(draft) })), showEarlierTry),
    touches: [keys.ticketLists, keys.openTickets],
    onDone: (ticket) => {
      clear();
      onClose();
      selectTicket(ticket.id);
    },
  });
  const [isPlaceMissing, setPlaceMissing] = useState(false);
  function submit(event: FormEvent) {
    event.preventDefault();
    setPlaceMissing(isPlaceOpen(draft));
    if (!isPlaceOpen(draft)) open.mutate();
  }
  return (
    <form className="dialog-form" onSubmit={submit}>
      {open.error && <FailureNotice error={open.error} />}
      <ChoosePlace draft={draft} onChange={set} isMissing={isPlaceMissing && isPlaceOpen(draft)} />
      {draft.site && <ChooseAsset draft={draft} onChange={set} />}
      <TextInput
        label={t("panel.new.title")}
        value={draft.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
        required
        maxLength={200}
      />
      <Circumstances draft={draft} onChange={set} />
      <Textarea
        label={t("panel.new.description")}
        value={draft.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
        rows={4}
        maxLength={10_000}
      />
      <Buttons isBusy={open.isPending} onClear={clear} />
    </form>
  );
}

interface CircumstancesProps {
  draft: NewTicketDraft;
  onChange: (change: Partial<NewTicketDraft>) => void;
}

/** How urgent it is, who said so, and on which way. */
function Circumstances({ draft, onChange }: CircumstancesProps): ReactElement {
  const { t } = useTexts();
  return (
    <div className="new-columns">
      <NativeSelect
        label={t("panel.new.priority")}
        value={draft.priority}
        onChange={(event) => onChange({ priority: event.currentTarget.value as Priority })}
        data={PRIORITIES.map((value) => ({ value, label: t(`word.priority.${value}`) }))}
      />
      <TextInput
        label={t("panel.new.reporter")}
        value={draft.reporter}
        onChange={(event) => onChange({ reporter: event.currentTarget.value })}
        maxLength={200}
      />
      <NativeSelect
        label={t("panel.new.channel")}
        value={draft.channel}
        onChange={(event) => {
          const channel = CHANNELS.find((value) => value === event.currentTarget.value);
          if (channel) onChange({ channel });
        }}
        data={CHANNELS.map((value) => ({ value, label: t(`word.channel.${value}`) }))}
      />
    </div>
  );
}

function Buttons({ isBusy, onClear }: { isBusy: boolean; onClear: () => void }): ReactElement {
  const { t } = useTexts();
  return (
    <div className="dialog-buttons">
      <span className="quiet new-kept">{t("panel.new.draft")}</span>
      <Button variant="default" onClick={onClear}>
        {t("panel.new.clear")}
      </Button>
      <Button type="submit" loading={isBusy}>
        {t("panel.new.open")}
      </Button>
    </div>
  );
}
