import { clockTime, minutesText } from "@truckroll/shared/format.ts";
import { type ReactElement, useMemo } from "react";
import { BookingStateMark } from "../../app/marks.tsx";
import { useTexts } from "../../texts.ts";
import { useTimeline } from "./context.ts";
import { Load } from "./EngineerRow.tsx";
import { layout, type Row } from "./layout.ts";
import type { DayBooking } from "./use-day.ts";
import "./list.css";

/** The day on a phone: one list of bookings per engineer, the times in words. */
export function TimelineList({ label, now }: { label: string; now: number }): ReactElement {
  const at = useTimeline();
  const rows = useMemo(
    () => layout(at.engineerIds, at.day, at.scale, now),
    [at.engineerIds, at.day, at.scale, now],
  );
  return (
    <ul className="tl-people" aria-label={label}>
      {rows.map((row) => (
        <Person key={row.engineerId} row={row} />
      ))}
    </ul>
  );
}

function Person({ row }: { row: Row }): ReactElement {
  const at = useTimeline();
  const { t } = useTexts();
  const bars = row.bars.flatMap((bar) => at.bookingOf(bar.id) ?? []);
  return (
    <li className="tl-person">
      <div className="tl-person-head">
        <strong>{at.engineerOf(row.engineerId)?.name}</strong>
        <Load row={row} />
      </div>
      {bars.length === 0 ? (
        <p className="tl-empty">{t("timeline.none")}</p>
      ) : (
        <ul>
          {bars.map((booking) => (
            <ListedBooking key={booking.id} booking={booking} />
          ))}
        </ul>
      )}
    </li>
  );
}

function ListedBooking({ booking }: { booking: DayBooking }): ReactElement {
  const at = useTimeline();
  const { t, locale } = useTexts();
  const { work, travelSeconds } = booking;
  const clock = (instant: number) => clockTime(new Date(instant), locale, at.day.zone);
  const isSelected = work !== null && work.id === at.selectedWorkOrderId;
  return (
    <li>
      <button
        type="button"
        className={isSelected ? "tl-line tl-selected" : "tl-line"}
        onClick={() => work && at.open(work)}
      >
        <span className="tl-line-time">
          {clock(booking.startsAt)}–{clock(booking.endsAt)}
        </span>
        <span className="tl-line-what">
          {work?.title ?? t("timeline.unknownWork")}
          <small>
            {work?.siteName}
            {travelSeconds
              ? ` · ${t("timeline.drive", { minutes: minutesText(travelSeconds / 60, locale) })}`
              : ""}
          </small>
        </span>
        <BookingStateMark state={booking.state} />
      </button>
    </li>
  );
}
