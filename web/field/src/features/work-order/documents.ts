import type {
  Booking as BookingDocument,
  FaultCode,
  WorkOrder,
} from "@truckroll/shared/api/gen/types.gen.ts";

/**
 * The records of the feed as this app reads them. The API document leaves what surrounds a work
 * order open; here it has its names.
 */
export interface Point {
  type: "Point";
  coordinates: [number, number];
}

export interface SiteOfWork {
  id: string;
  name: string;
  address: string;
  timezone: string;
  access_notes: string;
  position: Point | null;
  /** Who to call on site; older servers do not send it. */
  customer?: { name: string; phone: string } | null;
}

export interface AssetOfWork {
  id: string;
  name: string;
  serial: string | null;
  model_id: string;
  model_name?: string;
  manufacturer?: string;
  installed_on?: string | null;
}

export interface TicketOfWork {
  id: string;
  number: number;
  title: string;
  description: string;
  state: string;
  priority: Priority;
  due_at: string;
  /** The last notes; older servers do not send them. */
  notes?: TicketNote[];
}

export interface TicketNote {
  id: string;
  body: string;
  is_internal: boolean;
  author_name: string;
  occurred_at: string;
}

export interface FaultOfWork {
  id: string;
  code: string;
  title: string;
}

export type Priority = WorkOrder["priority"];
export type WorkOrderState = WorkOrder["state"];
export type BookingState = BookingDocument["state"];
export type Task = WorkOrder["tasks"][number];
export type Repair = WorkOrder["repairs"][number];
export type AssetReading = WorkOrder["readings"][number];
export type PartNeed = WorkOrder["parts_needed"][number];
export type FittedPart = WorkOrder["parts_fitted"][number];
export type Booking = BookingDocument;

/** A repair made earlier on the asset, by whoever was there. */
export interface EarlierRepair {
  id: string;
  occurred_at: string;
  fault_title: string | null;
  action: string;
}

export interface WorkOrderDocument extends Omit<
  WorkOrder,
  "ticket" | "site" | "asset" | "fault_code" | "asset_history"
> {
  ticket: TicketOfWork;
  site: SiteOfWork;
  asset: AssetOfWork | null;
  fault_code: FaultOfWork | null;
  /** The last repairs of the asset; older servers do not send them. */
  asset_history?: EarlierRepair[];
}

export interface AssetModelDocument {
  id: string;
  name: string;
  manufacturer: string;
  fault_codes: FaultCode[];
}
