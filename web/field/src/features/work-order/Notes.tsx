import { dayAndTime } from "@truckroll/shared/format.ts";
import type { CommandState, Row } from "@truckroll/sync-client";
import { type FormEvent, useState } from "react";
import { useOpened } from "../../app/client.ts";
import { useDraft } from "../../app/draft.ts";
import { useKeeping } from "../../app/keeping.ts";
import { NotKept } from "../../app/NotKept.tsx";
import { useLive } from "../../app/live.ts";
import { useTexts } from "../../texts.ts";
import { writeNote } from "./actions.ts";
import type { WorkOrderDocument } from "./documents.ts";
import { type ShownNote, notesOf } from "./notes.ts";

/** Notes to the ticket: what the desk, and if wanted the customer, should know. */
export function Notes({ workOrder }: { workOrder: Row<WorkOrderDocument> }) {
  const { t, locale } = useTexts();
  const { client } = useOpened();
  const { ticket, site } = workOrder.doc;
  const written = useLive<CommandState[]>(client, `notes ${ticket.id}`, () =>
    client.commandsOf(ticket.id),
  );
  const notes = notesOf(ticket.notes ?? [], written ?? []);
  return (
    <section className="card" aria-labelledby="notes">
      <h2 id="notes">{t("work-order.notes")}</h2>
      <div className="stack">
        {notes.length > 0 && (
          <ul className="lines">
            {notes.map((note) => (
              <NoteLine key={note.id} note={note} at={dayAndTime(note.at, locale, site.timezone)} />
            ))}
          </ul>
        )}
        <NoteForm ticketId={ticket.id} />
      </div>
    </section>
  );
}

function NoteLine({ note, at }: { note: ShownNote; at: string }) {
  const { t } = useTexts();
  return (
    <li className="stack tight">
      <p className="pre" dir="auto">
        {note.body}
      </p>
      <p className="quiet-text small number">
        <bdi>{note.author ?? t("work-order.notes.you")}</bdi> · {at}
        {!note.isInternal && ` · ${t("work-order.notes.customer")}`}
        {note.isUnsent && ` · ${t("common.on-this-phone")}`}
      </p>
    </li>
  );
}

function NoteForm({ ticketId }: { ticketId: string }) {
  const { t } = useTexts();
  const { client } = useOpened();
  const draft = useDraft(client, `note ${ticketId}`, { body: "", isForCustomer: false });
  const keeping = useKeeping();
  const [said, setSaid] = useState("");
  const { body, isForCustomer } = draft.value;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (body.trim() === "") return;
    if (!(await keeping.keep(() => writeNote(client, ticketId, body, !isForCustomer)))) return;
    draft.clear();
    setSaid(t("work-order.notes.kept"));
  }
  return (
    <form className="stack tight" onSubmit={(event) => void submit(event)}>
      <div className="field">
        <label htmlFor="note-body">{t("work-order.notes.new")}</label>
        <textarea
          id="note-body"
          className="short"
          rows={2}
          dir="auto"
          maxLength={20000}
          value={body}
          readOnly={!draft.isReady}
          onChange={(event) => {
            setSaid("");
            draft.set({ body: event.target.value, isForCustomer });
          }}
        />
      </div>
      <label className="tick">
        <input
          type="checkbox"
          checked={isForCustomer}
          onChange={(event) => draft.set({ body, isForCustomer: event.target.checked })}
        />
        {t("work-order.notes.for-customer")}
      </label>
      <button type="submit" className="button" aria-disabled={body.trim() === "" || keeping.isBusy}>
        {t("work-order.notes.add")}
      </button>
      <NotKept fault={keeping.fault} />
      <p role="status" className="quiet-text small">
        {said}
      </p>
    </form>
  );
}
