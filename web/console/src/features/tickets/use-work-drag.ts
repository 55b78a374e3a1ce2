import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import { type RefObject, useEffect } from "react";
import type { WorkOrderDrag } from "../../app/drag.ts";
import { type Ticket, isFinished } from "../../app/records.ts";

/** A row can be dragged onto an engineer while its field work is not over. */
export function useWorkDrag(row: RefObject<HTMLElement | null>, ticket: Ticket): void {
  const work = ticket.work_order && !isFinished(ticket.work_order) ? ticket.work_order : null;
  const { id: ticketId, title } = ticket;
  const id = work?.id;
  const durationMinutes = work?.duration_minutes ?? 60;
  useEffect(() => {
    const element = row.current;
    if (!element || !id) return undefined;
    const payload: WorkOrderDrag = { kind: "work-order", id, ticketId, title, durationMinutes };
    return draggable({
      element,
      getInitialData: () => ({ ...payload }),
      onGenerateDragPreview: ({ nativeSetDragImage }) =>
        setCustomNativeDragPreview({
          nativeSetDragImage,
          render: ({ container }) => {
            const chip = document.createElement("div");
            chip.className = "drag-chip";
            chip.textContent = title;
            container.append(chip);
          },
        }),
      onDragStart: () => element.classList.add("is-dragged"),
      onDrop: () => element.classList.remove("is-dragged"),
    });
  }, [row, id, ticketId, title, durationMinutes]);
}
