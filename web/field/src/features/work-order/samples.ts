import type { CommandState, FileState, Row } from "@truckroll/sync-client";
import type { Booking, Task, WorkOrderDocument } from "./documents.ts";

/** Records for tests: one valid default each. */
export function aTask(over: Partial<Task> = {}): Task {
  return {
    id: "task-1",
    position: 1,
    kind: "check",
    title: "Test run good",
    unit: "",
    is_required: true,
    minimum: null,
    maximum: null,
    choices: [],
    value: null,
    is_not_applicable: false,
    remark: "",
    answered_at: null,
    answered_by: null,
    ...over,
  };
}

export function aWorkOrder(over: Partial<WorkOrderDocument> = {}): Row<WorkOrderDocument> {
  const doc = {
    id: "work-1",
    number: 7,
    ticket_id: "ticket-1",
    site_id: "site-1",
    asset_id: "asset-1",
    fault_code_id: null,
    title: "Pump leaks",
    state: "ready",
    priority: "normal",
    duration_minutes: 60,
    due_at: "2026-11-23T16:00:00Z",
    engineer_id: "engineer-1",
    started_at: null,
    completed_at: null,
    summary: "",
    revision: 3,
    created_at: "2026-11-20T08:00:00Z",
    updated_at: "2026-11-20T08:00:00Z",
    ticket: {
      id: "ticket-1",
      number: 9,
      title: "Pump leaks",
      description: "",
      state: "open",
      priority: "normal",
      due_at: "2026-11-23T16:00:00Z",
    },
    site: {
      id: "site-1",
      name: "Campanhã Depot",
      address: "Rua da Ponte 40",
      timezone: "Europe/Lisbon",
      access_notes: "",
      position: null,
    },
    asset: null,
    fault_code: null,
    skills: [],
    tasks: [],
    parts_needed: [],
    parts_fitted: [],
    readings: [],
    repairs: [],
    sign_off: null,
    ...over,
  } as WorkOrderDocument;
  return { kind: "work_order", id: doc.id, revision: 3, doc, pending: false, revoked: false };
}

export function aBooking(over: Partial<Booking> = {}): Row<Booking> {
  const doc = {
    id: "booking-1",
    work_order_id: "work-1",
    engineer_id: "engineer-1",
    starts_at: "2026-11-22T09:00:00Z",
    ends_at: "2026-11-22T10:00:00Z",
    state: "confirmed",
    travel_seconds: null,
    proposal_id: null,
    override_reason: "",
    cancel_reason: "",
    travelling_at: null,
    on_site_at: null,
    finished_at: null,
    revision: 2,
    ...over,
  } as Booking;
  return { kind: "booking", id: doc.id, revision: 2, doc, pending: false, revoked: false };
}

export function aCommand(over: Partial<CommandState> = {}): CommandState {
  return {
    id: "command-1",
    seq: 1,
    type: "work_order.start",
    entityId: "work-1",
    args: {},
    at: "2026-11-22T09:05:00Z",
    status: "queued",
    isReceipted: false,
    ...over,
  };
}

export function aFile(over: Partial<FileState> = {}): FileState {
  return {
    attachmentId: "file-1",
    entityId: "work-1",
    kind: "photo",
    name: "photo.jpg",
    size: 200_000,
    sentBytes: 0,
    status: "waiting",
    ...over,
  };
}
