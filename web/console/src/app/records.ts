import type {
  Booking,
  ListedTicket,
  ListedWorkOrder,
  WorkOrder as GeneratedWorkOrder,
} from "@truckroll/shared/api/gen/types.gen.ts";

export type {
  Absence,
  Alarm,
  Asset,
  AssetModel,
  AssetReading,
  AlertRule,
  Attachment,
  Booking,
  Customer,
  Device,
  DeviceState,
  Engineer,
  EngineerPosition,
  FaultCode,
  HistoryEntry,
  ListedBooking as BookingRow,
  ListedSite,
  ListedWorkOrder as WorkOrderRow,
  Me,
  PartNeed,
  Proposal,
  ProposedSlot,
  Reading,
  Rejection,
  Repair,
  Shift,
  SignOff,
  Skill,
  SyncCommand,
  Task,
  Territory,
  TicketNote,
  WorkBooking,
} from "@truckroll/shared/api/gen/types.gen.ts";

export type Point = { type?: unknown; coordinates?: readonly number[] };
export type Ticket = ListedTicket;
export type TicketState = ListedTicket["state"];
export type Priority = ListedTicket["priority"];
export type WorkOrderState = ListedWorkOrder["state"];
export type BookingState = Booking["state"];

/** A work order with everything that belongs to it; the parts the document leaves open, named. */
export type WorkOrder = Omit<GeneratedWorkOrder, "site" | "asset" | "ticket" | "fault_code"> & {
  site: {
    id: string;
    name: string;
    address: string;
    timezone: string;
    access_notes: string;
    position: Point | null;
  };
  asset: { id: string; name: string; serial: string | null; model_id: string } | null;
  fault_code: { id: string; code: string; title: string } | null;
  ticket: {
    id: string;
    number: number;
    title: string;
    description: string;
    state: TicketState;
    priority: Priority;
    due_at: string;
  };
};

export const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];
export const TICKET_STATES: readonly TicketState[] = [
  "open",
  "in_progress",
  "resolved",
  "closed",
  "cancelled",
];
const SETTLED: ReadonlySet<string> = new Set(["resolved", "closed", "cancelled"]);
const FINISHED: ReadonlySet<string> = new Set(["done", "cancelled"]);
const RUNNING: ReadonlySet<string> = new Set(["proposed", "confirmed", "travelling", "on_site"]);

/** Whether nobody has to do anything about the ticket at the moment. */
export function isSettled(ticket: { state: string }): boolean {
  return SETTLED.has(ticket.state);
}

/** Whether the field work is over, done or not needed any more. */
export function isFinished(workOrder: { state: string }): boolean {
  return FINISHED.has(workOrder.state);
}

/** Whether a booking still stands before the engineer. */
export function isRunning(booking: { state: string }): boolean {
  return RUNNING.has(booking.state);
}

/** [longitude, latitude] of a position, or null when there is none. */
export function lonLat(position: Point | null | undefined): [number, number] | null {
  const [longitude, latitude] = position?.coordinates ?? [];
  return longitude === undefined || latitude === undefined ? null : [longitude, latitude];
}
