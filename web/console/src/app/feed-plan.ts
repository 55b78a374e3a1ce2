/** What a page of the change feed means for what the console keeps; pure. */
import type { Change } from "@truckroll/shared/api/gen/types.gen.ts";
import { statesMeant, type TicketFilters } from "./filters.ts";
import { keys } from "./keys.ts";
import { type Ticket, isFinished, isSettled } from "./records.ts";

export interface Row {
  id: string;
  revision?: number;
}

/** What the feed tells of one record, its document read as what its kind says. */
export interface RowChange<T extends Row> {
  id: string;
  revision: number;
  /** Null when the record is gone, or no longer ours to see. */
  row: T | null;
}

export function rowChange<T extends Row>(change: Change): RowChange<T> {
  const isVisible = change.state === "visible" && change.document !== null;
  return {
    id: change.id,
    revision: change.revision,
    row: isVisible ? (change.document as unknown as T) : null,
  };
}

/** The latest word on each record, in the order in which they were first heard of. */
export function latest(changes: Change[]): Change[] {
  const byRecord = new Map<string, Change>();
  for (const change of changes) byRecord.set(`${change.kind}:${change.id}`, change);
  return [...byRecord.values()];
}

/**
 * Rows with one change worked in: replaced, added in front or taken out. The same array comes back
 * when nothing changed, so that nothing is drawn again.
 */
export function withChange<T extends Row>(
  rows: T[],
  change: RowChange<T>,
  belongs: (row: T) => boolean,
): T[] {
  const at = rows.findIndex((row) => row.id === change.id);
  const known = at < 0 ? undefined : rows[at];
  const { row } = change;
  if (row === null || !belongs(row)) return known ? rows.filter((_, i) => i !== at) : rows;
  if (!known) return [row, ...rows];
  if (isNewer(known, row)) return rows;
  return rows.map((old, i) => (i === at ? { ...old, ...row } : old));
}

function isNewer(known: Row, told: Row): boolean {
  return (known.revision ?? -1) > (told.revision ?? 0);
}

/** Whether a ticket belongs into a list; undefined when only the server can tell. */
export function fits(filters: TicketFilters, ticket: Ticket, now: Date): boolean | undefined {
  const isMeant =
    isAmong(statesMeant(filters), ticket.state) &&
    isAmong(filters.priorities, ticket.priority) &&
    isAsked(filters.siteId, ticket.site_id) &&
    isAsked(filters.territoryId, ticket.territory_id) &&
    isAsked(filters.engineerId, ticket.work_order?.engineer_id);
  if (!isMeant || !hasMarks(filters, ticket, now)) return false;
  return filters.text.trim() === "" ? true : undefined;
}

/** An empty choice means everything. */
function isAmong<T>(chosen: T[], value: T): boolean {
  return chosen.length === 0 || chosen.includes(value);
}

function isAsked(asked: string | null, value: string | null | undefined): boolean {
  return asked === null || asked === value;
}

function hasMarks(filters: TicketFilters, ticket: Ticket, now: Date): boolean {
  const work = ticket.work_order;
  const isUnassigned = work !== null && !isFinished(work) && work.engineer_id === null;
  const isLate = !isSettled(ticket) && Date.parse(ticket.due_at) < now.getTime();
  return (
    (!filters.isUnassigned || isUnassigned) &&
    (!filters.hasAlarm || ticket.active_alarms > 0) &&
    (!filters.isLate || isLate)
  );
}

export interface TicketPages {
  pages: { items: Ticket[]; next: string | null }[];
  pageParams: unknown[];
}

/**
 * The pages of a list with a ticket's change worked in; undefined when the server must be asked.
 * A new ticket goes on top of a list of the newest; elsewhere only the server knows its place.
 */
export function pagesWith(
  list: TicketPages,
  filters: TicketFilters,
  change: RowChange<Ticket>,
  now: Date,
): TicketPages | undefined {
  const known = list.pages.flatMap((page) => page.items).find((row) => row.id === change.id);
  const { row } = change;
  const verdict = row === null ? false : fits(filters, row, now);
  if (verdict === false) return known ? eachPage(list, change, false) : list;
  if (!row) return list;
  if (known) return hasSamePlace(filters, known, row) ? eachPage(list, change, true) : undefined;
  return verdict && filters.sort === "newest" ? addedByNumber(list, change) : undefined;
}

function hasSamePlace(filters: TicketFilters, known: Ticket, told: Ticket): boolean {
  if (filters.sort === "newest") return true;
  const isDueSame = known.due_at === told.due_at;
  return filters.sort === "due" ? isDueSame : isDueSame && known.priority === told.priority;
}

function eachPage(list: TicketPages, change: RowChange<Ticket>, stays: boolean): TicketPages {
  const pages = list.pages.map((page) => {
    if (!page.items.some((row) => row.id === change.id)) return page;
    return { ...page, items: withChange(page.items, change, () => stays) };
  });
  return { ...list, pages };
}

function addedByNumber(list: TicketPages, change: RowChange<Ticket>): TicketPages | undefined {
  const { row } = change;
  const [first, ...rest] = list.pages;
  if (!row || !first) return undefined;
  const below = first.items.findIndex((other) => other.number < row.number);
  if (below < 0 && first.items.length > 0) return undefined;
  const at = below < 0 ? 0 : below;
  const items = [...first.items.slice(0, at), row, ...first.items.slice(at)];
  return { ...list, pages: [{ ...first, items }, ...rest] };
}

type Key = readonly unknown[];
type Document = Record<string, unknown> | null;

/** What must be asked again because the feed tells only that it changed, not how. */
export function staleKeys(change: Change): Key[] {
  const document = change.document as Document;
  const id = (name: string) => String(document?.[name] ?? "");
  switch (change.kind) {
    case "ticket":
      return [keys.ticketHistory(change.id), keys.notes(change.id), keys.alarmsOf(change.id)];
    case "work_order":
      return [
        keys.workOrdersOf(id("ticket_id")),
        keys.workOrderHistory(change.id),
        keys.ticketHistory(id("ticket_id")),
        keys.reservations(change.id),
        keys.waitingCommands,
        ["proposal", change.id],
      ];
    case "booking":
      return [
        keys.bookingsOf(id("work_order_id")),
        keys.workOrderHistory(id("work_order_id")),
        keys.proposals,
      ];
    case "alarm":
      return [["alarms-of"], ["device-state", id("device_id")], ["readings", id("device_id")]];
    case "attachment":
      return [keys.attachments(id("entity_kind"), id("entity_id"))];
    case "stock_level":
      return [keys.stockOf(id("part_id")), ["reservations"]];
    default:
      return [];
  }
}
