import { calendarDay, clockTime } from "@truckroll/shared/format.ts";
import type { ReactElement } from "react";
import { Icon } from "../../app/icons.tsx";
import { BookingStateMark } from "../../app/marks.tsx";
import { useZone } from "../../app/me.ts";
import { useBookingsOf, useById, useEngineers } from "../../app/queries.ts";
import type { WorkOrderRow } from "../../app/records.ts";
import { useChoosing } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import "./who.css";

/** Who went, and when; while work is open the choice of engineers says who has it. */
export function WhoSection({ workOrder }: { workOrder: WorkOrderRow }): ReactElement | null {
  const { t, locale } = useTexts();
  const zone = useZone();
  const { selectEngineer } = useChoosing();
  const bookings = useBookingsOf(workOrder.id).data ?? [];
  const engineers = useById(useEngineers().data);
  const booking = bookings.findLast((row) => row.state !== "cancelled");
  if (!booking) return null;
  const when = t("panel.span", {
    day: calendarDay(booking.starts_at, locale, zone),
    from: clockTime(booking.starts_at, locale, zone),
    until: clockTime(booking.ends_at, locale, zone),
  });
  return (
    <div className="who">
      <Icon name="user" size={20} />
      <div>
        <button
          type="button"
          className="link-button who-name"
          onClick={() => selectEngineer(booking.engineer_id)}
        >
          {engineers.get(booking.engineer_id)?.name ?? t("word.unknown")}
        </button>
        <span>{when}</span>
      </div>
      <BookingStateMark state={booking.state} />
    </div>
  );
}
