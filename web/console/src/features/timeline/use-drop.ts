import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { type RefObject, useEffect, useRef } from "react";
import { isWorkOrderDrag, type WorkOrderDrag } from "../../app/drag.ts";
import { type Booking, isRunning } from "../../app/records.ts";
import type { Timeline } from "./context.ts";
import { bookingIn } from "./drag-state.ts";
import { type Place, scrollSpeed } from "./keyboard.ts";
import { atX, MINUTE, notJustMissed, type Row, rowAt, snapped } from "./layout.ts";
import { HEAD_HEIGHT, NAME_WIDTH } from "./measures.ts";
import type { DayBooking, Work } from "./use-day.ts";

interface Point {
  x: number;
  y: number;
}

/** Takes bars, and rows dragged out of the list: shows where they would land, and books there. */
export function useDrop(scroller: RefObject<HTMLElement | null>, at: Timeline, rows: Row[]): void {
  const latest = useRef({ at, rows });
  useEffect(() => {
    latest.current = { at, rows };
  });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const scrolling = autoScroll(element);
    const show = (drag: WorkOrderDrag, point: Point) => {
      const { at, rows } = latest.current;
      const place = placeOf(element, drag, point, { at, rows });
      at.ghost.set(place && ghostOf(at, drag, place));
    };
    const stop = dropTargetForElements({
      element,
      canDrop: ({ source }) => latest.current.at.mayBook && isWorkOrderDrag(source.data),
      onDrag: ({ source, location }) => {
        const { input } = location.current;
        const point = { x: input.clientX, y: input.clientY };
        if (!isWorkOrderDrag(source.data)) return;
        const drag = source.data;
        show(drag, point);
        scrolling.near(point, () => show(drag, point));
      },
      onDragLeave: () => {
        scrolling.stop();
        latest.current.at.ghost.set(null);
      },
      onDrop: ({ source, location }) => {
        scrolling.stop();
        const { at, rows } = latest.current;
        at.ghost.set(null);
        if (!isWorkOrderDrag(source.data)) return;
        const { input } = location.current;
        const point = { x: input.clientX, y: input.clientY };
        const place = placeOf(element, source.data, point, { at, rows });
        if (place) void drop(at, source.data, place);
      },
    });
    return () => {
      scrolling.stop();
      stop();
    };
  }, [scroller]);
}

/** The booking that would move: a bar brings it along, of a row of the list the day knows it. */
function standingOf(at: Timeline, drag: WorkOrderDrag): Booking | null {
  const isOwn = ({ row }: DayBooking) => row.work_order_id === drag.id && isRunning(row);
  return (
    bookingIn(drag) ?? at.day.bookings.find((one) => isOwn(one) && !one.isExpected)?.row ?? null
  );
}

function drop(at: Timeline, drag: WorkOrderDrag, place: Place): Promise<void> {
  const standing = standingOf(at, drag);
  const isUnmoved =
    standing?.engineer_id === place.engineerId &&
    Date.parse(standing.starts_at) === place.startsAt &&
    Date.parse(standing.ends_at) === place.endsAt;
  if (isUnmoved) return Promise.resolve();
  return at.commit(workIn(at, drag), place, standing);
}

/** What is known of the dragged work order; the list knows the least of it. */
export function workIn(at: Timeline, drag: WorkOrderDrag): Work {
  return (
    at.workOf(drag.id) ?? {
      id: drag.id,
      ticketId: drag.ticketId,
      number: null,
      title: drag.title,
      priority: "normal",
      dueAt: null,
      siteName: "",
      minutes: drag.durationMinutes,
      skills: [],
    }
  );
}

function placeOf(
  element: HTMLElement,
  drag: WorkOrderDrag,
  point: Point,
  { at, rows }: { at: Timeline; rows: Row[] },
): Place | null {
  const box = element.getBoundingClientRect();
  if (point.x < box.left + NAME_WIDTH || point.y < box.top + HEAD_HEIGHT) return null;
  const row = rowAt(rows, point.y - box.top - HEAD_HEIGHT + element.scrollTop);
  if (!row) return null;
  const x = point.x - box.left - NAME_WIDTH + element.scrollLeft;
  const standing = bookingIn(drag);
  const length = standing
    ? Date.parse(standing.ends_at) - Date.parse(standing.starts_at)
    : drag.durationMinutes * MINUTE;
  const grabbed = Number("grabMinutes" in drag ? drag.grabMinutes : 0) * MINUTE;
  const startsAt = notJustMissed(snapped(atX(at.scale, x) - grabbed), Date.now());
  return { engineerId: row.engineerId, startsAt, endsAt: startsAt + length };
}

function ghostOf(at: Timeline, drag: WorkOrderDrag, place: Place) {
  const work = workIn(at, drag);
  const conflicts = at.judge(place, {
    bookingId: standingOf(at, drag)?.id,
    dueAt: work.dueAt === null ? null : Date.parse(work.dueAt),
    skills: work.skills,
  });
  return { ...place, workOrderId: drag.id, title: drag.title, conflicts };
}

/** Scrolls on while the pointer rests near an edge: no events come then. */
function autoScroll(element: HTMLElement) {
  let frame = 0;
  const stop = () => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  const near = (point: Point, moved: () => void) => {
    stop();
    const box = element.getBoundingClientRect();
    const inner = {
      left: box.left + NAME_WIDTH,
      right: box.right,
      top: box.top + HEAD_HEIGHT,
      bottom: box.bottom,
    };
    const speed = scrollSpeed(point, inner);
    if (speed.x === 0 && speed.y === 0) return;
    const step = () => {
      element.scrollBy(speed.x, speed.y);
      moved();
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  };
  return { near, stop };
}
