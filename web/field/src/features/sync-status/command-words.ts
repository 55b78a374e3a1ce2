import type { CommandState } from "@truckroll/sync-client";
import type { Texts } from "@truckroll/shared/i18n.ts";
import type { en } from "../../texts.ts";
import type { WorkOrderDocument } from "../work-order/documents.ts";

type Words = Pick<Texts<typeof en>, "t" | "has">;

/** What somebody did, in his own words: "Checklist: Test run good". */
export function commandWords(
  command: CommandState,
  { t, has }: Words,
  workOrder?: WorkOrderDocument,
): string {
  const key = `commands.${command.type}`;
  const name = has(key) ? t(key) : t("commands.other");
  const about = ABOUT[command.type]?.(command.args, workOrder) ?? "";
  return about === "" ? name : t("commands.about", { name, about });
}

type Args = CommandState["args"];

/** What a command is about, by its type; of the others there is nothing to add. */
const ABOUT: Record<string, (args: Args, workOrder?: WorkOrderDocument) => string> = {
  "task.answer": (args, workOrder) =>
    workOrder?.tasks.find((task) => task.id === args.task_id)?.title ?? "",
  "reading.take": ({ name, value, unit }) => `${text(name)} ${text(value)} ${text(unit)}`.trim(),
  "repair.record": ({ action }) => short(text(action)),
  "ticket.note": ({ body }) => short(text(body)),
  "part.consume": (args, workOrder) => partOf(text(args.part_id), workOrder),
  "attachment.add": ({ name }) => text(name),
  "work_order.sign_off": (args) => text(args.signer_name),
  "work_order.pause": ({ reason }) => short(text(reason)),
};

function partOf(partId: string, workOrder?: WorkOrderDocument): string {
  const lines = [...(workOrder?.parts_fitted ?? []), ...(workOrder?.parts_needed ?? [])];
  return lines.find((line) => line.part_id === partId)?.name ?? "";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const LONGEST = 60;

function short(words: string): string {
  const plain = words.replace(/\s+/g, " ").trim();
  // Cut between characters as people see them: an emoji is never torn apart.
  const shown = [...plain];
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST).join("")}…` : plain;
}

/** Why the server did not simply take it over, and what happens next, as names of texts. */
export function reasonKey(command: CommandState, { has }: Words) {
  const key = `sync.reason.${command.code ?? ""}`;
  if (has(key)) return key;
  return command.status === "parked" || command.status === "conflict"
    ? "sync.reason.other"
    : "sync.reason.refused";
}
