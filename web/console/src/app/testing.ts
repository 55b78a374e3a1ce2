/** Records for tests: one valid default each, changed by what a test is about. */
import type { Change } from "@truckroll/shared/api/gen/types.gen.ts";
import type { BookingRow, Ticket, WorkOrderRow } from "./records.ts";

const AT = "2026-11-22T08:00:00+00:00";

export function aTicket(change: Partial<Ticket> = {}): Ticket {
  return {
    active_alarms: 0,
    asset_id: null,
    asset_name: null,
    asset_serial: null,
    channel: "phone",
    closed_at: null,
    created_at: AT,
    customer_id: null,
    customer_name: null,
    description: "",
    due_at: "2026-11-23T08:00:00+00:00",
    fault_code: null,
    fault_code_id: null,
    fault_title: null,
    id: "t1",
    number: 1,
    opened_at: AT,
    position: null,
    priority: "normal",
    reporter_name: "",
    resolution: "",
    resolved_at: null,
    revision: 1,
    site_id: null,
    site_name: null,
    source_key: null,
    state: "open",
    territory_id: null,
    title: "Vibration out of range",
    updated_at: AT,
    work_order: null,
    ...change,
  };
}

export function aWork(change: Partial<WorkOrderRow> = {}): WorkOrderRow {
  return {
    asset_id: null,
    asset_name: "Pump 7",
    booking: null,
    completed_at: null,
    created_at: AT,
    due_at: "2026-11-23T08:00:00+00:00",
    duration_minutes: 60,
    engineer_id: null,
    engineer_name: null,
    fault_code: null,
    fault_code_id: null,
    id: "w1",
    number: 1,
    position: { type: "Point", coordinates: [-8.6, 41.1] },
    priority: "normal",
    revision: 1,
    site_id: "s1",
    site_name: "Plant 1",
    skills: [],
    started_at: null,
    state: "ready",
    summary: "",
    territory_id: null,
    ticket_id: "t1",
    ticket_number: 1,
    ticket_state: "open",
    title: "Vibration out of range",
    updated_at: AT,
    ...change,
  };
}

export function aBooking(change: Partial<BookingRow> = {}): BookingRow {
  const { id, number, title, state, priority, due_at, duration_minutes } = aWork();
  const { ticket_id, ticket_number, site_id, site_name, position, skills, revision } = aWork();
  return {
    cancel_reason: "",
    cancelled_at: null,
    ends_at: "2026-11-22T10:00:00+00:00",
    engineer_id: "e1",
    engineer_name: "Ana Machado",
    finished_at: null,
    id: "b1",
    on_site_at: null,
    override_reason: "",
    proposal_id: null,
    revision: 1,
    starts_at: "2026-11-22T09:00:00+00:00",
    state: "confirmed",
    travel_seconds: null,
    travelling_at: null,
    work_order: {
      ...{ id, number, title, state, priority, due_at, duration_minutes, ticket_id },
      ...{ ticket_number, site_id, site_name, position, skills, revision, asset_name: null },
    },
    work_order_id: "w1",
    ...change,
  };
}

export function aChange(kind: string, document: object | null, change: Partial<Change> = {}) {
  const row = document as { id?: string; revision?: number } | null;
  return {
    kind,
    id: row?.id ?? "",
    revision: row?.revision ?? 1,
    state: document ? "visible" : "deleted",
    document: document as Change["document"],
    ...change,
  } as Change;
}
