import {
  type CommandState,
  type FileState,
  type Row,
  withoutAnnouncements,
} from "@truckroll/sync-client";
import type { Booking, WorkOrderDocument } from "../work-order/documents.ts";

/** What is not safe yet of one work order; without a work order it is about something else. */
export interface Group {
  key: string;
  workOrder: Row<WorkOrderDocument> | null;
  /** What is known of a work order that has left this phone. */
  about: CommandState["about"] | undefined;
  commands: CommandState[];
  files: FileState[];
}

export interface Trouble {
  command: CommandState;
  workOrder: Row<WorkOrderDocument> | null;
}

export interface OpenWork {
  groups: Group[];
  troubles: Trouble[];
}

export interface Found {
  commands: CommandState[];
  files: FileState[];
  troubles: CommandState[];
  workOrders: Row<WorkOrderDocument>[];
  bookings: Row<Booking>[];
}

/** The open entries by work order, in the order in which they were recorded. */
export function groupByWork(found: Found): OpenWork {
  const workOf = finder(found);
  const groups = new Map<string, Group>();
  const groupOf = (
    workOrder: Row<WorkOrderDocument> | null,
    about: CommandState["about"] | undefined,
  ) => {
    const key = workOrder?.id ?? (about ? `#${about.number}` : "");
    const group = groups.get(key) ?? { key, workOrder, about, commands: [], files: [] };
    groups.set(key, group);
    return group;
  };
  const troubled = new Set(found.troubles.map((command) => command.id));
  for (const command of withoutAnnouncements(found.commands, found.files))
    // Troubles are listed apart.
    if (!command.isReceipted && !troubled.has(command.id))
      groupOf(workOf(command), command.about).commands.push(command);
  for (const file of found.files)
    groupOf(workOf({ entityId: file.entityId, args: {} }), undefined).files.push(file);
  return {
    groups: [...groups.values()],
    troubles: found.troubles.map((command) => ({ command, workOrder: workOf(command) })),
  };
}

type About = Pick<CommandState, "entityId" | "args">;

function finder({ workOrders, bookings }: Found) {
  const known = new Map<string, Row<WorkOrderDocument>>();
  for (const workOrder of workOrders) {
    known.set(workOrder.id, workOrder);
    known.set(workOrder.doc.ticket_id, workOrder);
  }
  for (const { id, doc } of bookings) {
    const workOrder = known.get(doc.work_order_id);
    if (workOrder) known.set(id, workOrder);
  }
  return ({ entityId, args }: About): Row<WorkOrderDocument> | null =>
    known.get(entityId) ?? known.get(String(args.entity_id ?? "")) ?? null;
}
