/** What happened, as sentences people understand; pure. */
import type { HistoryEntry } from "../../app/records.ts";
import type { ConsoleTexts } from "../../texts.ts";

export interface Known {
  /** Names by id: engineers, checklist steps, parts. */
  names: ReadonlyMap<string, string>;
}

/** The sentence of an event without its subject: "took the ticket up again: not solved". */
export function eventWords(texts: ConsoleTexts, entry: HistoryEntry, known: Known): string {
  const { type, payload } = entry as { type: string; payload: Record<string, unknown> };
  const key = `history.${type}`;
  const values = valuesOf(texts, payload, known);
  const special = specialKey(type, payload);
  const found = special && texts.has(special) ? special : key;
  const sentence = texts.has(found) ? texts.t(found, values) : texts.t("history.other");
  const reason = typeof payload.reason === "string" ? payload.reason.trim() : "";
  return reason ? texts.t("history.because", { sentence, reason }) : sentence;
}

/** Who did it: a person's name, or the kind of machine. */
export function actorWords(texts: ConsoleTexts, entry: HistoryEntry): string {
  if (entry.actor_kind === "system") return texts.t("history.system");
  if (entry.actor_kind === "device")
    return entry.actor_name
      ? texts.t("history.deviceNamed", { name: entry.actor_name })
      : texts.t("history.device");
  return entry.actor_name || texts.t("history.somebody");
}

function specialKey(type: string, payload: Record<string, unknown>): string | null {
  if (type === "work_order.engineer_assigned" && !payload.engineer_id)
    return "history.work_order.engineer_released";
  if (
    type === "work_order.task_answered" &&
    ["below", "above"].includes(String(payload.range_flag))
  )
    return "history.work_order.task_out_of_range";
  return null;
}

function valuesOf(
  texts: ConsoleTexts,
  payload: Record<string, unknown>,
  { names }: Known,
): Record<string, string | number> {
  const name = (id: unknown) => names.get(String(id)) ?? "";
  const word = (area: string, value: unknown) => {
    const key = `${area}.${String(value)}`;
    return texts.has(key) ? texts.t(key) : "";
  };
  const thousandths = Number(payload.quantity ?? 0) / 1000;
  return {
    number: String(payload.number ?? ""),
    priority: word("word.priority", payload.to_priority ?? payload.priority),
    from: word("word.priority", payload.from_priority),
    channel: word("word.channel", payload.channel),
    engineer: name(payload.engineer_id) || texts.t("history.somebody"),
    task: name(payload.task_id) || texts.t("history.aStep"),
    part: name(payload.part_id) || texts.t("history.aPart"),
    quantity: Number.isFinite(thousandths) ? thousandths : "",
    signer: String(payload.signer_name ?? ""),
    fields: fieldsText(texts, payload.fields),
  };
}

function fieldsText(texts: ConsoleTexts, fields: unknown): string {
  if (!Array.isArray(fields)) return "";
  return fields
    .map((field) => {
      const key = `history.field.${String(field)}`;
      return texts.has(key) ? texts.t(key) : "";
    })
    .filter(Boolean)
    .join(texts.t("panel.listGap"));
}
