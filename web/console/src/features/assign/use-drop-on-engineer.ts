import { useCallback } from "react";
import type { WorkOrderDrag } from "../../app/drag.ts";
import { useById, useEngineers, useOpenWork } from "../../app/queries.ts";
import type { Booking } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { useDesk } from "./desk.tsx";
import { useRunningBooking } from "./use-running-booking.ts";

/** Give a dragged work order to an engineer, in the slot that fits best. */
export function useDropOnEngineer(): (drag: WorkOrderDrag, engineerId: string) => Promise<void> {
  const desk = useDesk();
  const running = useRunningBooking();
  const { t } = useTexts();
  const { data } = useEngineers();
  const { data: open } = useOpenWork();
  const engineers = useById(data);
  return useCallback(
    async (drag, engineerId) => {
      const number = open?.find((row) => row.id === drag.id)?.ticket_number;
      const what = number === undefined ? drag.title : t("word.ticketNumber", { number });
      const engineerName = engineers.get(engineerId)?.name ?? "";
      const wish = { workOrderId: drag.id, what, engineerId, engineerName };
      const standing = bookingIn(drag) ?? (await running(drag.id));
      if (standing?.engineer_id === engineerId) return;
      if (standing) await desk.reassign(standing, wish);
      else await desk.book(wish);
    },
    [desk, running, t, engineers, open],
  );
}

/** A bar of the timeline brings its booking along; a row of the list has none. */
function bookingIn(drag: WorkOrderDrag): Booking | undefined {
  return (drag as { booking?: Booking }).booking;
}
