import { type PointerEvent, type ReactElement, useRef } from "react";
import { useTexts } from "../../texts.ts";
import { useTimeline } from "./context.ts";
import type { Place } from "./keyboard.ts";
import { HOUR, MINUTE, SNAP_MINUTES, snapped } from "./layout.ts";
import type { DayBooking } from "./use-day.ts";

/** The right edge of a bar: drag it to change when the work ends. */
export function Resizer({ booking }: { booking: DayBooking }): ReactElement {
  const at = useTimeline();
  const { t } = useTexts();
  const grabbed = useRef<{ x: number; place: Place | null } | null>(null);
  const { work } = booking;

  const placeFor = (event: PointerEvent): Place => {
    const moved = ((event.clientX - (grabbed.current?.x ?? 0)) / at.scale.pxPerHour) * HOUR;
    const least = booking.startsAt + SNAP_MINUTES * MINUTE;
    // A hand that trembles while it clicks means nothing by it.
    const isStill = Math.abs(moved) < (SNAP_MINUTES * MINUTE) / 2;
    const endsAt = isStill ? booking.endsAt : Math.max(least, snapped(booking.endsAt + moved));
    return { engineerId: booking.engineerId, startsAt: booking.startsAt, endsAt };
  };
  const start = (event: PointerEvent<HTMLSpanElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    grabbed.current = { x: event.clientX, place: null };
  };
  const move = (event: PointerEvent) => {
    if (!grabbed.current || !work) return;
    const place = placeFor(event);
    grabbed.current.place = place;
    const about = { bookingId: booking.id, dueAt: booking.dueAt, skills: work.skills };
    const conflicts = at.judge(place, about);
    at.ghost.set({ ...place, workOrderId: work.id, title: work.title, conflicts });
  };
  const end = (isMeant: boolean) => {
    const place = grabbed.current?.place;
    grabbed.current = null;
    at.ghost.set(null);
    if (isMeant && place && work && place.endsAt !== booking.endsAt)
      void at.commit(work, place, booking.row);
  };
  return (
    <span
      className="tl-grip"
      title={t("timeline.resize")}
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={() => end(true)}
      onPointerCancel={() => end(false)}
      onClick={(event) => event.stopPropagation()}
    />
  );
}
