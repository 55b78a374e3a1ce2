import type { CommandState } from "@truckroll/sync-client";
import type { TicketNote } from "./documents.ts";

export interface ShownNote {
  id: string;
  body: string;
  at: string;
  /** Null for what was written on this phone. */
  author: string | null;
  isInternal: boolean;
  isUnsent: boolean;
}

/** The notes of the ticket, newest first: what the server sent, and what it has not sent back yet. */
export function notesOf(held: TicketNote[], commands: CommandState[]): ShownNote[] {
  const shown = new Map<string, ShownNote>();
  const unsent = new Set<string>();
  for (const command of commands) {
    if (command.type !== "ticket.note") continue;
    const id = String(command.args.note_id ?? command.id);
    const isUnsent = command.status === "queued" || command.status === "sent";
    if (isUnsent) unsent.add(id);
    shown.set(id, {
      id,
      body: String(command.args.body ?? ""),
      at: command.at,
      author: null,
      isInternal: command.args.is_internal !== false,
      isUnsent,
    });
  }
  // The held document already shows what was just written.
  for (const note of held)
    shown.set(note.id, {
      id: note.id,
      body: note.body,
      at: note.occurred_at,
      author: note.author_name || null,
      isInternal: note.is_internal,
      isUnsent: unsent.has(note.id),
    });
  return [...shown.values()].sort((a, b) => (a.at < b.at ? 1 : -1));
}
