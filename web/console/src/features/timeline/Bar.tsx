import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { pointerOutsideOfPreview } from "@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import { clockTime, minutesText } from "@truckroll/shared/format.ts";
import { memo, type ReactElement, useEffect, useRef, useState } from "react";
import { Icon, type IconName } from "../../app/icons.tsx";
import { type ConsoleTexts, useTexts } from "../../texts.ts";
import { type Timeline, useTimeline } from "./context.ts";
import type { BarDrag } from "./drag-state.ts";
import { type Bar as BarBox, HOUR, LANE_HEIGHT, MINUTE, ROW_PADDING } from "./layout.ts";
import { Resizer } from "./Resizer.tsx";
import type { DayBooking, Work } from "./use-day.ts";
import { isMovable, type useKeyMoves } from "./use-key-moves.ts";
import "./bar.css";

interface Props {
  bar: BarBox;
  booking: DayBooking;
  keyMoves: ReturnType<typeof useKeyMoves>;
}

/** One booking: opens on click or Enter, moves by drag or with Alt and arrows. */
export const Bar = memo(function Bar({ bar, booking, keyMoves }: Props): ReactElement {
  const at = useTimeline();
  const texts = useTexts();
  const { ref, isDragged } = useBarDrag(booking, at);
  const { work } = booking;
  const open = () => work && at.open(work);
  const isMine = work !== null && work.id === at.selectedWorkOrderId;
  const isSelected = isMine || (work !== null && work.ticketId === at.selectedTicketId);
  const movable = at.mayBook && isMovable(booking);
  return (
    <div
      ref={ref}
      role="button"
      tabIndex={0}
      data-work={booking.row.work_order_id}
      data-booking={booking.id}
      data-state={booking.state}
      className={classesOf(bar, booking, { isSelected, isDragged, movable })}
      style={{
        left: bar.x,
        width: Math.max(6, bar.width - 2),
        top: ROW_PADDING + bar.lane * LANE_HEIGHT,
        height: LANE_HEIGHT - 4,
      }}
      aria-label={labelOf(bar, booking, at, texts)}
      aria-describedby={movable ? "timeline-hint" : "timeline-fixed"}
      aria-pressed={isSelected}
      title={labelOf(bar, booking, at, texts)}
      onClick={open}
      onKeyDown={(event) => {
        keyMoves.onKeyDown(event, booking);
        const isOpening = event.key === "Enter" || event.key === " ";
        if (!isOpening || event.defaultPrevented) return;
        event.preventDefault();
        open();
      }}
      onKeyUp={keyMoves.onKeyUp}
      onBlur={keyMoves.onBlur}
    >
      {bar.lateFrom !== null && <span className="tl-late" style={{ left: bar.lateFrom }} />}
      <BarText booking={booking} width={bar.width} />
      {movable && !bar.isCutAfter && <Resizer booking={booking} />}
    </div>
  );
});

/** As much text as fits, the most telling first. */
function BarText({ booking, width }: { booking: DayBooking; width: number }): ReactElement {
  const { t } = useTexts();
  const { work } = booking;
  if (!work || width < 26) return <span className="tl-text" />;
  return (
    <span className="tl-text">
      {iconsFor(work, booking, width).map((name) => (
        <Icon key={name} name={name} size={12} />
      ))}
      {work.number !== null && (
        <span className="tl-number">{t("word.ticketNumber", { number: work.number })}</span>
      )}{" "}
      {width > 76 && <span className="tl-what">{work.title}</span>}{" "}
      {width > 190 && <span className="tl-where">{work.siteName}</span>}
    </span>
  );
}

function iconsFor(work: Work, booking: DayBooking, width: number): IconName[] {
  const isUrgent = work.priority === "urgent" || work.priority === "high";
  const state = STATE_ICONS[booking.state];
  return [
    ...(isUrgent && width > 66 ? [work.priority] : []),
    ...(state && width > 60 ? [state] : []),
  ];
}

const STATE_ICONS: Partial<Record<DayBooking["state"], IconName>> = {
  on_site: "pin",
  finished: "check",
};

function classesOf(
  bar: BarBox,
  booking: DayBooking,
  is: { isSelected: boolean; isDragged: boolean; movable: boolean },
): string {
  return [
    "tl-bar",
    `tl-${booking.state}`,
    bar.isCutBefore && "tl-cut-before",
    bar.isCutAfter && "tl-cut-after",
    bar.lateFrom !== null && "tl-is-late",
    booking.isExpected && "tl-expected",
    is.isSelected && "tl-selected",
    is.isDragged && "tl-dragged",
    is.movable && "tl-movable",
  ]
    .filter(Boolean)
    .join(" ");
}

function labelOf(bar: BarBox, booking: DayBooking, at: Timeline, texts: ConsoleTexts): string {
  const { t, locale } = texts;
  const { dueAt } = booking;
  const clock = (instant: number) => clockTime(new Date(instant), locale, at.day.zone);
  const text = t("timeline.bar", {
    ...workTexts(booking.work, texts),
    engineer: at.engineerOf(booking.engineerId)?.name ?? "",
    time: `${clock(bar.startsAt)}–${clock(bar.endsAt)}`,
    state: t(`word.booking.${booking.state}`),
  });
  if (bar.lateFrom === null || dueAt === null) return text;
  const minutes = minutesText((bar.endsAt - dueAt) / MINUTE, locale);
  const comma = locale === "en" ? ", " : "，";
  return text + comma + t("timeline.barLate", { minutes });
}

function workTexts(work: Work | null, { t }: ConsoleTexts) {
  if (!work) return { number: "", title: t("timeline.unknownWork"), site: "" };
  const number = work.number ? t("word.ticketNumber", { number: work.number }) : "";
  return { number, title: work.title, site: work.siteName ?? "" };
}

function useBarDrag(booking: DayBooking, at: Timeline) {
  const ref = useRef<HTMLDivElement>(null);
  const [isDragged, setDragged] = useState(false);
  const latest = useRef({ booking, at });
  useEffect(() => {
    latest.current = { booking, at };
  });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    return combine(
      draggable({
        element,
        canDrag: ({ input }) => {
          const { booking, at } = latest.current;
          const under = document.elementFromPoint(input.clientX, input.clientY);
          return at.mayBook && isMovable(booking) && !under?.closest(".tl-grip");
        },
        getInitialData: ({ input }) => {
          const { booking, at } = latest.current;
          const x = input.clientX - element.getBoundingClientRect().left;
          return { ...dragOf(booking, (x / at.scale.pxPerHour) * (HOUR / MINUTE)) };
        },
        onGenerateDragPreview: ({ nativeSetDragImage }) =>
          setCustomNativeDragPreview({
            nativeSetDragImage,
            getOffset: pointerOutsideOfPreview({ x: "14px", y: "10px" }),
            render: ({ container }) => preview(container, latest.current.booking),
          }),
        onDragStart: () => setDragged(true),
        onDrop: () => {
          setDragged(false);
          latest.current.at.ghost.set(null);
        },
      }),
    );
  }, []);
  return { ref, isDragged };
}

function dragOf(booking: DayBooking, grabMinutes: number): BarDrag {
  return {
    kind: "work-order",
    id: booking.row.work_order_id,
    ticketId: booking.work?.ticketId ?? "",
    title: booking.work?.title ?? "",
    durationMinutes: (booking.endsAt - booking.startsAt) / MINUTE,
    booking: booking.row,
    grabMinutes,
  };
}

function preview(container: HTMLElement, booking: DayBooking): void {
  const pill = document.createElement("div");
  pill.className = "tl-preview";
  pill.textContent = booking.work?.title ?? "";
  container.append(pill);
}
