/** Reads the rows of tickets that changed, puts them in place and tells what is new. */
import { getApiV1TicketsByTicketId } from "@truckroll/shared/api/gen/sdk.gen.ts";
import type { Change } from "@truckroll/shared/api/gen/types.gen.ts";
import { locale } from "@truckroll/shared/locale.ts";
import type { QueryClient } from "@tanstack/react-query";
import { texts } from "../texts.ts";
import { announce } from "./announcer.ts";
import { failureIn, take } from "./api.ts";
import { applyChanges, putTicket } from "./feed-apply.ts";
import { markFresh } from "./fresh.ts";
import { keys } from "./keys.ts";
import type { Ticket } from "./records.ts";

/** More tickets than this at once, and reading the lists again is cheaper. */
const MOST_BY_ID = 20;
const RECENT = 6 * 3_600_000;

export async function followChanges(client: QueryClient, changes: Change[]): Promise<void> {
  const before = client.getQueryData<Ticket[]>(keys.openTickets) ?? [];
  const known = new Set(before.map((row) => row.id));
  const touched = applyChanges(client, changes);
  if (touched.size === 0) return;
  if (touched.size > MOST_BY_ID) {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.ticketLists }),
      client.invalidateQueries({ queryKey: keys.openTickets }),
      ...[...touched].map((id) => client.invalidateQueries({ queryKey: keys.ticket(id) })),
    ]);
    markFresh(touched);
    return;
  }
  markFresh(touched);
  const found = await Promise.all([...touched].map((id) => readTicket(client, id)));
  const here = found.filter((row): row is Ticket => row !== null);
  if (known.size > 0) tellNew(here.filter((row) => !known.has(row.id) && isNews(row)));
}

/** The latest question about each ticket: an answer that comes late must not replace a newer one. */
const asked = new Map<string, object>();

async function readTicket(client: QueryClient, id: string): Promise<Ticket | null> {
  const question = {};
  asked.set(id, question);
  try {
    const row = await take(getApiV1TicketsByTicketId({ path: { ticket_id: id } }));
    if (asked.get(id) === question) putTicket(client, { id, revision: row.revision, row });
    return row;
  } catch (error) {
    if (failureIn(error).status === 404) putTicket(client, { id, revision: 0, row: null });
    else
      for (const queryKey of [keys.ticketLists, keys.openTickets, keys.ticket(id)])
        void client.invalidateQueries({ queryKey });
    return null;
  } finally {
    if (asked.get(id) === question) asked.delete(id);
  }
}

/** A ticket that comes into sight by being reopened is no news. */
function isNews(row: Ticket): boolean {
  return row.state === "open" && Date.now() - Date.parse(row.created_at) < RECENT;
}

function tellNew(rows: Ticket[]): void {
  const { t } = texts(locale());
  const [first] = rows;
  if (!first) return;
  if (rows.length > 1) return announce(t("app.newTickets", { count: rows.length }));
  const priority = t(`word.priority.${first.priority}`);
  announce(t("app.newTicket", { number: first.number, title: first.title, priority }));
}
