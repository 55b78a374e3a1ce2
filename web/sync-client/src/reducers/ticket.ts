import type { Doc } from "../store.ts";
import type { NewCommand } from "../types.ts";
import { type Effects, type Look, type Reducer, text, type Touched, withItem } from "./reducer.ts";

/** A phone holds a ticket inside its work orders; the note appears there. */
const note: Reducer = (doc, command) => {
  const ticket = doc?.["ticket"] as Doc | undefined;
  if (!doc || !ticket) return doc;
  const { note_id = command.id, body, is_internal = true } = command.args;
  const added = {
    id: note_id,
    body,
    is_internal,
    author_name: command.context["author_name"] ?? "",
    occurred_at: command.at,
  };
  return { ...doc, ticket: { ...ticket, notes: withItem(ticket["notes"], added) } };
};

async function ofTicket(command: NewCommand, look: Look): Promise<Touched> {
  const found = await look.find("work_order", (doc) => doc["ticket_id"] === command.entityId);
  return {
    keys: [
      { kind: "ticket", id: command.entityId },
      ...found.map((doc) => ({ kind: "work_order" as const, id: text(doc["id"]) })),
    ],
    context: { author_name: look.displayName },
  };
}

export const ticketEffects: Effects = {
  "ticket.note": { touch: ofTicket, reduce: { work_order: note } },
};
