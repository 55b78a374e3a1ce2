import { Button, Modal, NativeSelect, TextInput, Textarea } from "@mantine/core";
import { patchApiV1TicketsByTicketId } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { type FormEvent, type ReactElement } from "react";
import { failureIn, ifMatch, take } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { keys } from "../../app/keys.ts";
import { PRIORITIES, type Priority, type Ticket } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { useChange } from "./use-change.ts";

interface Fields {
  title: string;
  description: string;
  priority: Priority;
}

/** Correct a ticket. When somebody else was faster, theirs is shown and ours stays typed. */
export function EditTicket(props: { ticket: Ticket; onClose: () => void }): ReactElement {
  const { ticket, onClose } = props;
  const { t } = useTexts();
  const now: Fields = {
    title: ticket.title,
    description: ticket.description,
    priority: ticket.priority,
  };
  const [fields, setFields, clear] = useDraft<Fields>(`edit.${ticket.id}`, now);
  const change = useChange({
    act: () =>
      take(
        patchApiV1TicketsByTicketId({
          path: { ticket_id: ticket.id },
          body: { ...fields, title: fields.title.trim() },
          headers: ifMatch(ticket.revision),
        }),
      ),
    touches: [keys.ticket(ticket.id), keys.ticketLists],
    done: t("panel.saved"),
    onDone: () => {
      clear();
      onClose();
    },
  });
  const isStale = change.error && failureIn(change.error).code === "stale-revision";
  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate();
  }
  function discard() {
    clear();
    onClose();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("panel.editTitle", { number: ticket.number })}
      closeButtonProps={{ "aria-label": t("word.close") }}
    >
      <form className="dialog-form" onSubmit={submit}>
        {change.error && <FailureNotice error={change.error} />}
        {isStale && <Theirs theirs={now} mine={fields} />}
        <TextInput
          label={t("panel.field.title")}
          value={fields.title}
          onChange={(event) => setFields({ ...fields, title: event.currentTarget.value })}
          required
          maxLength={200}
          data-autofocus
        />
        <NativeSelect
          label={t("list.column.priority")}
          value={fields.priority}
          onChange={(event) =>
            setFields({ ...fields, priority: event.currentTarget.value as Priority })
          }
          data={PRIORITIES.map((value) => ({ value, label: t(`word.priority.${value}`) }))}
        />
        <Textarea
          label={t("panel.field.description")}
          value={fields.description}
          onChange={(event) => setFields({ ...fields, description: event.currentTarget.value })}
          rows={6}
          maxLength={10_000}
        />
        <div className="dialog-buttons">
          <Button variant="default" onClick={discard}>
            {t("word.cancel")}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t("word.save")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** What the other person made of the fields that differ from ours. */
function Theirs({ theirs, mine }: { theirs: Fields; mine: Fields }): ReactElement | null {
  const { t } = useTexts();
  const rows: [string, string][] = [];
  if (theirs.title !== mine.title) rows.push([t("panel.field.title"), theirs.title]);
  if (theirs.priority !== mine.priority)
    rows.push([t("list.column.priority"), t(`word.priority.${theirs.priority}`)]);
  if (theirs.description !== mine.description)
    rows.push([t("panel.field.description"), theirs.description]);
  if (rows.length === 0) return null;
  return (
    <div className="notice notice-warn">
      <dl className="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{t("panel.nowIs", { field: name })}</dt>
            <dd>{value || "–"}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
