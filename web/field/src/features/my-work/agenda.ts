import type { Row } from "@truckroll/sync-client";
import type { Booking, WorkOrderDocument } from "../work-order/documents.ts";

/** One visit: the work, and the time booked for it when there is one. */
export interface Stop {
  workOrder: Row<WorkOrderDocument>;
  booking: Row<Booking> | null;
}

export interface Day {
  /** The calendar day in the engineer's zone, like 2026-11-22. */
  date: string;
  stops: Stop[];
}

export interface Agenda {
  next: Stop | null;
  /** Open visits of days gone by: nobody may forget them. */
  overdue: Stop[];
  days: Day[];
  /** Work that is the engineer's, without a time. */
  unplanned: Stop[];
  /** Finished today, or finished earlier with something that is not safe yet. */
  finished: Stop[];
  /** No longer the engineer's, with work of his that is not sent yet. */
  revoked: Stop[];
}

const OPEN = new Set(["proposed", "confirmed", "travelling", "on_site"]);
const CLOSED_WORK = new Set(["done", "cancelled"]);
/** Whoever is on site or on the way has his next visit already. */
const UNDER_WAY: Record<string, number> = { on_site: 0, travelling: 1 };

/** The engineer's work as it is driven: by day, and within the day by start. */
export function agendaOf(
  bookings: Row<Booking>[],
  workOrders: Row<WorkOrderDocument>[],
  now: Date,
  timezone: string,
): Agenda {
  const today = dayOf(now.toISOString(), timezone);
  const agenda: Agenda = {
    next: null,
    overdue: [],
    days: [],
    unplanned: [],
    finished: [],
    revoked: [],
  };
  const days = new Map<string, Stop[]>();
  for (const stop of stopsOf(bookings, workOrders)) {
    const room = roomOf(stop, today, timezone);
    if (room === "gone") continue;
    if (room !== "days") {
      agenda[room].push(stop);
      continue;
    }
    const date = stop.booking ? dayOf(stop.booking.doc.starts_at, timezone) : today;
    days.set(date, [...(days.get(date) ?? []), stop]);
  }
  agenda.days = [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, stops]) => ({
      date,
      stops: stops.sort(byStart),
    }));
  agenda.overdue.sort(byStart);
  agenda.finished.sort(byStart).reverse();
  agenda.unplanned.sort(byDue);
  agenda.next = nextOf(agenda);
  return agenda;
}

type Room = "overdue" | "days" | "unplanned" | "finished" | "revoked" | "gone";

function roomOf(stop: Stop, today: string, timezone: string): Room {
  const { workOrder, booking } = stop;
  if (workOrder.revoked) return "revoked";
  if (CLOSED_WORK.has(workOrder.doc.state)) return roomOfClosed(stop, today, timezone);
  if (!booking) return "unplanned";
  const isPast = dayOf(booking.doc.starts_at, timezone) < today;
  // Who is on site is there now, whatever day it was planned for.
  return isPast && !(booking.doc.state in UNDER_WAY) ? "overdue" : "days";
}

function roomOfClosed({ workOrder, booking }: Stop, today: string, timezone: string): Room {
  if (workOrder.pending || booking?.pending) return "finished";
  const at = workOrder.doc.completed_at;
  return at !== null && dayOf(at, timezone) === today ? "finished" : "gone";
}

function stopsOf(bookings: Row<Booking>[], workOrders: Row<WorkOrderDocument>[]): Stop[] {
  const byWork = new Map<string, Row<Booking>>();
  for (const booking of bookings) {
    const known = byWork.get(booking.doc.work_order_id);
    if (!known || isBetter(booking, known)) byWork.set(booking.doc.work_order_id, booking);
  }
  return workOrders.map((workOrder) => {
    const booking = byWork.get(workOrder.id) ?? null;
    const isShown =
      booking && (OPEN.has(booking.doc.state) || CLOSED_WORK.has(workOrder.doc.state));
    return { workOrder, booking: isShown ? booking : null };
  });
}

/** An open booking says more than a closed one; of two alike the later one counts. */
function isBetter(one: Row<Booking>, other: Row<Booking>): boolean {
  const isOpen = OPEN.has(one.doc.state);
  if (isOpen !== OPEN.has(other.doc.state)) return isOpen;
  return one.doc.starts_at > other.doc.starts_at;
}

/** The booking that counts for one work order. */
export function bookingOf(bookings: Row<Booking>[], workOrderId: string): Row<Booking> | null {
  let best: Row<Booking> | null = null;
  for (const booking of bookings)
    if (booking.doc.work_order_id === workOrderId && (!best || isBetter(booking, best)))
      best = booking;
  return best;
}

function nextOf(agenda: Agenda): Stop | null {
  const open = [...agenda.overdue, ...agenda.days.flatMap((day) => day.stops)];
  const rank = (stop: Stop) =>
    stop.workOrder.doc.state === "in_progress"
      ? -1
      : (UNDER_WAY[stop.booking?.doc.state ?? ""] ?? 2);
  let best: Stop | null = null;
  for (const stop of open) {
    // A visit of last week does not push today's from its place.
    if (rank(stop) === 2 && agenda.overdue.includes(stop)) continue;
    if (!best || rank(stop) < rank(best)) best = stop;
  }
  return best ?? agenda.overdue[0] ?? agenda.unplanned[0] ?? null;
}

function byStart(a: Stop, b: Stop): number {
  return start(a) - start(b) || a.workOrder.doc.number - b.workOrder.doc.number;
}

function byDue(a: Stop, b: Stop): number {
  return Date.parse(a.workOrder.doc.due_at) - Date.parse(b.workOrder.doc.due_at);
}

function start({ booking, workOrder }: Stop): number {
  return Date.parse(booking?.doc.starts_at ?? workOrder.doc.completed_at ?? workOrder.doc.due_at);
}

const forms = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in a zone, in an order that sorts. */
export function dayOf(at: string, timezone: string): string {
  let form = forms.get(timezone);
  if (!form) {
    const options = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
    form = new Intl.DateTimeFormat("en-CA", { ...options, timeZone: timezone });
    forms.set(timezone, form);
  }
  return form.format(new Date(at));
}

/** Which day it is, seen from today. */
export function dayWord(date: string, now: Date, timezone: string): "today" | "tomorrow" | "other" {
  const today = dayOf(now.toISOString(), timezone);
  if (date === today) return "today";
  // By the calendar: some days have 23 or 25 hours.
  const next = new Date(Date.parse(`${today}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return date === next ? "tomorrow" : "other";
}
