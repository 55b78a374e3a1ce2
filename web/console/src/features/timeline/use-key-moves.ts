import { clockTime } from "@truckroll/shared/format.ts";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from "react";
import { announce } from "../../app/announcer.ts";
import { useTexts } from "../../texts.ts";
import { conflictText } from "./conflict-text.ts";
import type { Timeline } from "./context.ts";
import { movedByKey, type Place } from "./keyboard.ts";
import { notJustMissed } from "./layout.ts";
import type { DayBooking } from "./use-day.ts";

interface Pending {
  booking: DayBooking;
  place: Place;
}

/**
 * Alt and arrows move a shadow of the focused bar, each step said aloud; letting go of Alt, or
 * Enter, carries the move out, Escape leaves the bar where it was.
 */
export function useKeyMoves(at: Timeline) {
  const texts = useTexts();
  const pending = useRef<Pending | null>(null);
  const latest = useRef({ at, texts });
  useEffect(() => {
    latest.current = { at, texts };
  });

  const settle = useCallback((isMeant: boolean) => {
    const { at, texts } = latest.current;
    const move = pending.current;
    if (!move) return false;
    pending.current = null;
    at.ghost.set(null);
    const { booking, place } = move;
    if (isMeant && booking.work) void at.commit(booking.work, place, booking.row);
    else announce(texts.t("timeline.moveLeft"));
    return true;
  }, []);

  const onKeyDown = useCallback(
    (event: KeyboardEvent, booking: DayBooking) => {
      const { at, texts } = latest.current;
      if (event.key === "Escape" && settle(false)) return event.stopPropagation();
      if (event.key === "Enter" && pending.current) {
        event.preventDefault();
        return void settle(true);
      }
      const place = nextPlace(event, booking, pending.current?.place ?? placeOf(booking), at);
      if (!place) return;
      event.preventDefault();
      pending.current = { booking, place };
      announce(show(at, booking, place, texts));
    },
    [settle],
  );

  const onKeyUp = useCallback(
    (event: KeyboardEvent) => {
      if (event.key === "Alt" && settle(true)) event.preventDefault();
    },
    [settle],
  );
  const onBlur = useCallback(() => void settle(false), [settle]);
  return useMemo(() => ({ onKeyDown, onKeyUp, onBlur }), [onKeyDown, onKeyUp, onBlur]);
}

/** Work that has begun stays where it is: its engineer is already there or on the way. */
export function isMovable(booking: DayBooking): boolean {
  const isPlanned = booking.state === "confirmed" || booking.state === "proposed";
  return isPlanned && !booking.isExpected && booking.work !== null;
}

/** Where a key moves a bar that stands, so far, at a place; null when it moves nothing. */
function nextPlace(
  event: KeyboardEvent,
  booking: DayBooking,
  from: Place,
  at: Timeline,
): Place | null {
  if (!at.mayBook || !isMovable(booking)) return null;
  const moved = movedByKey(event, from, at.engineerIds);
  return moved && !event.shiftKey ? forward(moved) : moved;
}

/** The same length, but not in the minutes that have just gone by. */
function forward(place: Place): Place {
  const startsAt = notJustMissed(place.startsAt, Date.now());
  return { ...place, startsAt, endsAt: startsAt + place.endsAt - place.startsAt };
}

function placeOf(booking: DayBooking): Place {
  const { engineerId, startsAt, endsAt } = booking;
  return { engineerId, startsAt, endsAt };
}

/** Draw the shadow and return what it means in words. */
function show(
  at: Timeline,
  booking: DayBooking,
  place: Place,
  texts: ReturnType<typeof useTexts>,
): string {
  const conflicts = at.judge(place, {
    bookingId: booking.id,
    dueAt: booking.dueAt,
    skills: booking.work?.skills ?? [],
  });
  const title = booking.work?.title ?? "";
  at.ghost.set({ ...place, workOrderId: booking.row.work_order_id, title, conflicts });
  const time = [place.startsAt, place.endsAt]
    .map((instant) => clockTime(new Date(instant), texts.locale, at.day.zone))
    .join("–");
  const engineer = at.engineerOf(place.engineerId)?.name ?? "";
  if (conflicts.length === 0) return texts.t("timeline.moveFree", { engineer, time });
  const gap = texts.locale === "en" ? ". " : "。";
  const all = conflicts.map((one) => conflictText(one, at.day, texts) + gap).join("");
  return texts.t("timeline.moveBut", { engineer, time, conflicts: all.trim() });
}
