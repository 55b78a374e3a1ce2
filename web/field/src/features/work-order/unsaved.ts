import type { Row, SyncClient } from "@truckroll/sync-client";
import type { Task, WorkOrderDocument } from "./documents.ts";

/** Something that was typed and not saved: the forms of the page, or a step of the checklist. */
export type Unsaved =
  { form: "repair" | "readings" | "notes" } | { form: "step"; task: Pick<Task, "id" | "title"> };

/** Where on the page of the work it is typed. */
export function anchorOf(unsaved: Unsaved): string {
  if (unsaved.form === "step") return `step-${unsaved.task.id}`;
  return unsaved.form === "repair" ? "repairs" : unsaved.form;
}

/** What was typed for a work order and neither saved nor given up; finishing would leave it behind. */
export async function readUnsaved(
  client: Pick<SyncClient, "draft">,
  { id, doc }: Row<WorkOrderDocument>,
): Promise<Unsaved[]> {
  const [repair, reading, note, ...steps] = await Promise.all([
    client.draft.get(`repair ${id}`),
    client.draft.get(`reading ${id}`),
    client.draft.get(`note ${doc.ticket.id}`),
    ...doc.tasks.map((task) => isStepTyped(client, task)),
  ]);
  const found: Unsaved[] = doc.tasks
    .filter((_, place) => steps[place])
    .map(({ id: taskId, title }) => ({ form: "step", task: { id: taskId, title } }));
  if (hasWords(repair, ["action", "cause"])) found.push({ form: "repair" });
  if (hasWords(reading, ["name", "value", "unit"])) found.push({ form: "readings" });
  if (hasWords(note, ["body"])) found.push({ form: "notes" });
  return found;
}

function hasWords(draft: unknown, names: string[]): boolean {
  const values = (draft ?? {}) as Record<string, unknown>;
  return names.some((name) => String(values[name] ?? "").trim() !== "");
}

async function isStepTyped(client: Pick<SyncClient, "draft">, task: Task): Promise<boolean> {
  const value = await client.draft.get(`step ${task.id}`);
  if (typeof value === "string" && value.trim() !== (task.value ?? "")) return true;
  const remark = (await client.draft.get(`remark ${task.id}`)) as
    { remark: string; isNotApplicable: boolean } | undefined;
  if (!remark) return false;
  return remark.remark.trim() !== task.remark || remark.isNotApplicable !== task.is_not_applicable;
}
