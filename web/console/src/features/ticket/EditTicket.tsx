import { NativeSelect, TextInput, Textarea } from "@mantine/core";
import { patchApiV1TicketsByTicketId } from "@truckroll/shared/api/gen/sdk.gen.ts";
import type { ReactElement } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { useDraft } from "../../app/drafts.ts";
import { FormDialog } from "../../app/FormDialog.tsx";
import { keys } from "../../app/keys.ts";
import { PRIORITIES, type Priority, type Ticket } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { changed, contested, shown } from "./edit-merge.ts";
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
  const now = fieldsOf(ticket);
  const [edit, setEdit, clear] = useDraft(`edit.${ticket.id}`, { base: now, mine: now });
  const set = (mine: Partial<Fields>) => setEdit({ ...edit, mine: { ...edit.mine, ...mine } });
  const leave = () => {
    clear();
    onClose();
  };
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
    onDone: leave,
  });
  const disputed = contested(edit, now);
  const hasChanged = Object.keys(changed(edit.base, edit.mine)).length > 0;
  return (
    <FormDialog
      title={t("panel.editTitle", { number: ticket.number })}
      change={change}
      words={{ go: t("word.save"), leave: t("word.cancel") }}
      onSubmit={() => (hasChanged ? change.mutate() : leave())}
      onLeave={leave}
      onClose={onClose}
    >
      {disputed.length > 0 && <Theirs theirs={now} fields={disputed} />}
      <TicketFields fields={shown(edit, now)} set={set} />
    </FormDialog>
  );
}

function fieldsOf({ title, description, priority }: Ticket): Fields {
  return { title, description, priority };
}

interface FieldsProps {
  fields: Fields;
  set: (mine: Partial<Fields>) => void;
}

function TicketFields({ fields, set }: FieldsProps): ReactElement {
  const { t } = useTexts();
  return (
    <>
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
    </>
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
