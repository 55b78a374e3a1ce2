/** Rows of lists out of what the feed tells, which knows records but not their surroundings; pure. */
import type {
  Booking,
  BookingRow,
  Engineer,
  ListedSite,
  Ticket,
  WorkBooking,
  WorkOrder,
  WorkOrderRow,
} from "./records.ts";

export interface Surroundings {
  engineers: Engineer[];
  sites: ListedSite[];
}

/** The row of a ticket in lists, as far as it is known before the server has been asked for it. */
export function ticketRow(
  document: Ticket,
  known: Ticket | undefined,
  around: Surroundings,
): Ticket {
  const place = around.sites.find((row) => row.id === document.site_id);
  const unknown = {
    active_alarms: 0,
    asset_name: null,
    asset_serial: null,
    customer_name: null,
    fault_code: null,
    fault_title: null,
    work_order: null,
    position: place?.position ?? null,
    site_name: place?.name ?? null,
    territory_id: place?.territory_id ?? null,
  };
  return { ...unknown, ...known, ...document };
}

/** The row of a work order in lists; what the document does not say stays as it was known. */
export function workRow(
  document: WorkOrder,
  known: WorkOrderRow | undefined,
  around: Surroundings,
): WorkOrderRow {
  const { asset_id, completed_at, created_at, due_at, duration_minutes } = document;
  const { fault_code_id, id, number, priority, revision, site_id, skills } = document;
  const { started_at, state, summary, ticket_id, title, updated_at, engineer_id } = document;
  return {
    ...{ asset_id, completed_at, created_at, due_at, duration_minutes, engineer_id },
    ...{ fault_code_id, id, number, priority, revision, site_id, skills },
    ...{ started_at, state, summary, ticket_id, title, updated_at },
    ...placeOf(document, known, around),
    asset_name: document.asset?.name ?? null,
    booking: known?.booking ?? null,
    engineer_name: around.engineers.find((row) => row.id === engineer_id)?.name ?? null,
    fault_code: document.fault_code?.code ?? null,
    ticket_number: document.ticket.number,
    ticket_state: document.ticket.state,
  };
}

function placeOf(
  { site, site_id }: WorkOrder,
  known: WorkOrderRow | undefined,
  around: Surroundings,
): Pick<WorkOrderRow, "position" | "site_name" | "territory_id"> {
  const place = around.sites.find((row) => row.id === site_id);
  return {
    position: (site.position ?? place?.position ?? known?.position) as WorkOrderRow["position"],
    site_name: site.name,
    territory_id: place?.territory_id ?? known?.territory_id ?? null,
  };
}

/** The row of a booking on a day; undefined when nothing is known of its work. */
export function bookingRow(
  booking: Booking,
  known: BookingRow | undefined,
  work: WorkOrderRow | undefined,
  around: Surroundings,
): BookingRow | undefined {
  const engineer = around.engineers.find((row) => row.id === booking.engineer_id);
  const engineer_name = engineer?.name ?? known?.engineer_name ?? "";
  const work_order = work ? workOfBooking(work) : known?.work_order;
  return work_order && { ...booking, engineer_name, work_order };
}

function workOfBooking(work: WorkOrderRow): BookingRow["work_order"] {
  const { id, number, title, state, priority, due_at, duration_minutes, ticket_id } = work;
  const { ticket_number, site_id, site_name, position, asset_name, skills, revision } = work;
  const what = { id, number, title, state, priority, due_at, duration_minutes, ticket_id };
  return { ...what, ticket_number, site_id, site_name, position, asset_name, skills, revision };
}

/** What a work order's row says about its booking once a booking has changed. */
export function withBooking(work: WorkOrderRow, booking: Booking): WorkOrderRow {
  const { id, engineer_id, starts_at, ends_at, state, revision } = booking;
  const short: WorkBooking = { id, engineer_id, starts_at, ends_at, state, revision };
  if (state !== "cancelled") return { ...work, booking: short };
  return work.booking?.id === id ? { ...work, booking: null } : work;
}
