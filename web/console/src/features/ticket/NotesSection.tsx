import { Button, Checkbox, Textarea } from "@mantine/core";
import { postApiV1TicketsByTicketIdNotes } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { dayAndTime } from "@truckroll/shared/format.ts";
import { type FormEvent, type ReactElement, useState } from "react";
import { take, whenIdTaken } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { keys } from "../../app/keys.ts";
import { useMay, useZone } from "../../app/me.ts";
import type { TicketNote } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { Section } from "./Section.tsx";
import { useNotes } from "./queries.ts";
import { useChange } from "./use-change.ts";
import "./notes.css";

/** What people told each other about the ticket. */
export function NotesSection({ ticketId }: { ticketId: string }): ReactElement {
  const { t } = useTexts();
  const { data, error, refetch } = useNotes(ticketId);
  const mayNote = useMay("tickets.note");
  return (
    <Section title={t("panel.notes")}>
      {error && !data && <FailureNotice error={error} onRetry={() => void refetch()} />}
      {data && data.length > 0 && (
        <ul className="notes">
          {data.map((note) => (
            <Note key={note.id} note={note} />
          ))}
        </ul>
      )}
      {mayNote && <AddNote ticketId={ticketId} />}
    </Section>
  );
}

function Note({ note }: { note: TicketNote }): ReactElement {
  const { t, locale } = useTexts();
  const zone = useZone();
  return (
    <li>
      <div className="note-head">
        <strong>{note.author_kind === "system" ? t("panel.system") : note.author_name}</strong>
        <time className="quiet" dateTime={note.occurred_at}>
          {dayAndTime(note.occurred_at, locale, zone)}
        </time>
        {!note.is_internal && (
          <span className="mark pill tone-brand">{t("panel.forCustomer")}</span>
        )}
      </div>
      <p className="panel-text">{note.body}</p>
    </li>
  );
}

function AddNote({ ticketId }: { ticketId: string }): ReactElement {
  const { t } = useTexts();
  const [body, setBody, clear] = useDraft(`note.${ticketId}`, "");
  const [isForCustomer, setForCustomer] = useState(false);
  // The same note sent twice has the same id, and so is kept once.
  const [id, setId] = useState(() => crypto.randomUUID());
  // An earlier try was kept as it was typed then; what was corrected since is another note.
  const renew = () => setId(crypto.randomUUID());
  const send = () =>
    postApiV1TicketsByTicketIdNotes({
      path: { ticket_id: ticketId },
      body: { id, body: body.trim(), is_internal: !isForCustomer },
    });
  const add = useChange({
    act: () => whenIdTaken(take(send()), renew),
    touches: [keys.notes(ticketId), keys.ticketHistory(ticketId)],
    onDone: () => {
      clear();
      renew();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (body.trim()) add.mutate();
  }
  return (
    <form className="note-form" onSubmit={submit}>
      {add.error && <FailureNotice error={add.error} />}
      <Textarea
        aria-label={t("panel.newNote")}
        placeholder={t("panel.newNote")}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        rows={2}
        maxLength={10_000}
      />
      {body.trim() !== "" && (
        <div className="note-send">
          <Checkbox
            size="xs"
            label={t("panel.showCustomer")}
            checked={isForCustomer}
            onChange={(event) => setForCustomer(event.currentTarget.checked)}
          />
          <Button type="submit" size="compact-sm" loading={add.isPending}>
            {t("panel.addNote")}
          </Button>
        </div>
      )}
    </form>
  );
}
