/** What travels with a row that is dragged onto an engineer or onto the timeline. */
export type WorkOrderDrag = {
  kind: "work-order";
  /** The work order. */
  id: string;
  ticketId: string;
  title: string;
  durationMinutes: number;
};

export function isWorkOrderDrag(data: Record<string | symbol, unknown>): data is WorkOrderDrag {
  return data.kind === "work-order" && typeof data.id === "string";
}
