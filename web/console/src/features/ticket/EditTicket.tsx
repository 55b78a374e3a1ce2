import { Button, Modal, NativeSelect, TextInput, Textarea } from "@mantine/core";
import { patchApiV1TicketsByTicketId } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { type FormEvent, type ReactElement } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { keys } from "../../app/keys.ts";
import { PRIORITIES, type Priority, type Ticket } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { type Edit, changed, contested, shown } from "./edit-merge.ts";
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
  const [edit, setEdit, clear] = useDraft<Edit<Fields>>(`edit.${ticket.id}`, {
    base: now,
    mine: now,
  });
  const fields = shown(edit, now);
  const set = (mine: Partial<Fields>) => setEdit({ ...edit, mine: { ...edit.mine, ...mine } });
  const change = useChange({
    act: () =>
      take(
        patchApiV1TicketsByTicketId({
          path: { ticket_id: ticket.id },
          body: changed(edit.base, edit.mine),
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
  const disputed = contested(edit, now);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (Object.keys(changed(edit.base, edit.mine)).length > 0) change.mutate();
    else discard();
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
        {disputed.length > 0 && <Theirs theirs={now} fields={disputed} />}
        <TextInput
          label={t("panel.field.title")}
          value={fields.title}
          onChange={(event) => set({ title: event.currentTarget.value })}
          required
          maxLength={200}
          data-autofocus
        />
        <NativeSelect
          label={t("list.column.priority")}
          value={fields.priority}
          onChange={(event) => set({ priority: event.currentTarget.value as Priority })}
          data={PRIORITIES.map((value) => ({ value, label: t(`word.priority.${value}`) }))}
        />
        <Textarea
          label={t("panel.field.description")}
          value={fields.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
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

/** What the other person made of the fields that I changed, too. */
function Theirs(props: { theirs: Fields; fields: (keyof Fields)[] }): ReactElement {
  const { t } = useTexts();
  const { theirs, fields } = props;
  const values: Record<keyof Fields, [string, string]> = {
    title: [t("panel.field.title"), theirs.title],
    priority: [t("list.column.priority"), t(`word.priority.${theirs.priority}`)],
    description: [t("panel.field.description"), theirs.description],
  };
  return (
    <div className="notice notice-warn">
      <dl className="facts">
        {fields.map((field) => (
          <div key={field}>
            <dt>{t("panel.nowIs", { field: values[field][0] })}</dt>
            <dd>{values[field][1] || "–"}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
