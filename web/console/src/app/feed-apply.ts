/** Works the change feed into what the console keeps; what lists need besides is asked by id. */
import type { Change } from "@truckroll/shared/api/gen/types.gen.ts";
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { type Surroundings, bookingRow, ticketRow, withBooking, workRow } from "./enrich.ts";
import {
  type Row,
  type RowChange,
  type TicketPages,
  latest,
  pagesWith,
  rowChange,
  staleKeys,
  withChange,
} from "./feed-plan.ts";
import type { TicketFilters } from "./filters.ts";
import { keys } from "./keys.ts";
import {
  type Alarm,
  type Booking,
  type BookingRow,
  type Engineer,
  type ListedSite,
  type Ticket,
  type WorkOrder,
  type WorkOrderRow,
  isFinished,
  isSettled,
} from "./records.ts";

interface Span extends Row {
  starts_at: string;
  ends_at: string;
}

type Archivable = Row & { archived_at?: string | null };
const always = () => true;
const isInUse = (row: Archivable) => !row.archived_at;

/** Apply a page of changes; returns the tickets whose rows must be read again. */
export function applyChanges(client: QueryClient, changes: Change[]): Set<string> {
  const touched = new Set<string>();
  const stale = new Map<string, QueryKey>();
  const now = latest(changes);
  // Bookings name their work, so the work comes first.
  const order = (change: Change) => (change.kind === "booking" ? 1 : 0);
  for (const change of [...now].sort((a, b) => order(a) - order(b))) {
    const ticketId = work(client, change);
    if (ticketId) touched.add(ticketId);
    for (const key of staleKeys(change)) stale.set(JSON.stringify(key), key);
  }
  for (const queryKey of stale.values()) void client.invalidateQueries({ queryKey });
  return touched;
}

/** Work one change in; returns the ticket that looks different now. */
function work(client: QueryClient, change: Change): string | null | undefined {
  switch (change.kind) {
    case "ticket":
      return ticketChanged(client, rowChange<Ticket>(change));
    case "work_order":
      return workOrderChanged(client, rowChange<WorkOrder>(change));
    case "booking":
      return bookingChanged(client, rowChange<Booking>(change));
    case "alarm":
      return alarmChanged(client, rowChange<Alarm>(change));
    default:
      referenceChanged(client, change);
      return null;
  }
}

function referenceChanged(client: QueryClient, change: Change): void {
  switch (change.kind) {
    case "engineer":
      return rows(client, keys.engineers, rowChange<Archivable>(change), isInUse);
    case "engineer_position":
      return rows(client, keys.positions, rowChange(change), always);
    case "site":
      return rows(client, keys.sites, rowChange<Archivable>(change), isInUse);
    case "shift":
      return spans(client, keys.shiftDays, rowChange<Span>(change));
    case "absence":
      return spans(client, keys.absenceDays, rowChange<Span>(change));
    case "asset":
      return one(client, keys.asset(change.id), rowChange(change));
    case "customer":
      return one(client, keys.customer(change.id), rowChange(change));
    default:
      return;
  }
}

/** Shown at once as far as it is known; its whole row follows when it has been read. */
function ticketChanged(client: QueryClient, change: RowChange<Ticket>): string | null {
  const { row } = change;
  const open = client.getQueryData<Ticket[]>(keys.openTickets);
  const known =
    open?.find((other) => other.id === change.id) ??
    client.getQueryData<Ticket>(keys.ticket(change.id));
  if (!row || known || !isSettled(row))
    putTicket(client, { ...change, row: row && ticketRow(row, known, surroundings(client)) });
  return row ? change.id : null;
}

function workOrderChanged(client: QueryClient, change: RowChange<WorkOrder>): string | undefined {
  one(client, keys.workOrder(change.id), change);
  const { row } = change;
  if (!row) {
    rows<WorkOrderRow>(client, keys.openWork, { ...change, row: null }, always);
    return undefined;
  }
  const known = openWork(client)?.find((other) => other.id === change.id);
  const listed = workRow(row, known, surroundings(client));
  rows(client, keys.openWork, { ...change, row: listed }, (other) => !isFinished(other));
  return row.ticket_id;
}

function bookingChanged(client: QueryClient, change: RowChange<Booking>): string | undefined {
  const { row } = change;
  const owner = openWork(client)?.find((other) => other.id === row?.work_order_id);
  if (row && owner) bookWork(client, owner, row);
  const known = knownBooking(client, change.id);
  putBooking(client, change, known, owner);
  return owner?.ticket_id ?? known?.work_order.ticket_id;
}

/** Work that nobody has finished says who is booked for it. */
function bookWork(client: QueryClient, owner: WorkOrderRow, booking: Booking): void {
  const next = withBooking(owner, booking);
  client.setQueryData<WorkOrderRow[]>(keys.openWork, (open) =>
    open?.map((other) => (other.id === owner.id ? next : other)),
  );
}

/** Put a booking into the days it touches; they are read again when too little is known of it. */
function putBooking(
  client: QueryClient,
  change: RowChange<Booking>,
  known: BookingRow | undefined,
  owner: WorkOrderRow | undefined,
): void {
  const { row } = change;
  const listed = row && bookingRow(row, known, owner, surroundings(client));
  if (row && !listed) void client.invalidateQueries({ queryKey: keys.bookingDays });
  else spans<BookingRow>(client, keys.bookingDays, { ...change, row: listed ?? null });
}

function alarmChanged(client: QueryClient, change: RowChange<Alarm>): string | null | undefined {
  rows(client, keys.activeAlarms, change, (row) => row.state !== "cleared");
  return change.row?.ticket_id;
}

/** Put the latest row of a ticket where it belongs; lists that cannot tell ask the server. */
export function putTicket(client: QueryClient, change: RowChange<Ticket>): void {
  rows(client, keys.openTickets, change, (row) => !isSettled(row));
  one(client, keys.ticket(change.id), change);
  const lists = client.getQueriesData<TicketPages>({ queryKey: keys.ticketLists });
  for (const [queryKey, list] of lists) {
    if (!list) continue;
    const next = pagesWith(list, queryKey[1] as TicketFilters, change, new Date());
    if (next) client.setQueryData(queryKey, next);
    else void client.invalidateQueries({ queryKey });
  }
}

function openWork(client: QueryClient): WorkOrderRow[] | undefined {
  return client.getQueryData<WorkOrderRow[]>(keys.openWork);
}

function surroundings(client: QueryClient): Surroundings {
  return {
    engineers: client.getQueryData<Engineer[]>(keys.engineers) ?? [],
    sites: client.getQueryData<ListedSite[]>(keys.sites) ?? [],
  };
}

function knownBooking(client: QueryClient, id: string): BookingRow | undefined {
  for (const [, day] of client.getQueriesData<BookingRow[]>({ queryKey: keys.bookingDays })) {
    const found = day?.find((row) => row.id === id);
    if (found) return found;
  }
  return undefined;
}

function rows<T extends Row>(
  client: QueryClient,
  queryKey: QueryKey,
  change: RowChange<T>,
  belongs: (row: T) => boolean,
): void {
  client.setQueryData<T[]>(queryKey, (known) => known && withChange(known, change, belongs));
}

/** Records with a stretch of time stand in the list of every day they touch. */
function spans<T extends Span>(client: QueryClient, prefix: QueryKey, change: RowChange<T>): void {
  for (const [queryKey] of client.getQueriesData<T[]>({ queryKey: prefix })) {
    const [, from, until] = queryKey as [string, string, string];
    const touches = (row: T) =>
      Date.parse(row.starts_at) < Date.parse(until) && Date.parse(row.ends_at) > Date.parse(from);
    rows(client, queryKey, change, touches);
  }
}

function one<T extends Row>(client: QueryClient, queryKey: QueryKey, change: RowChange<T>): void {
  const { row } = change;
  if (row === null) {
    void client.invalidateQueries({ queryKey });
    return;
  }
  client.setQueryData<T>(queryKey, (known) => {
    if (!known) return undefined;
    return (known.revision ?? -1) > change.revision ? known : { ...known, ...row };
  });
}
