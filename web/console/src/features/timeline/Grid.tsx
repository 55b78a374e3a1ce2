import { clockTime } from "@truckroll/shared/format.ts";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
} from "react";
import { useTexts } from "../../texts.ts";
import { useTimeline } from "./context.ts";
import { EngineerRow } from "./EngineerRow.tsx";
import { GhostView } from "./GhostView.tsx";
import { HOUR, layout, type Row, ticks, widthOf, xOf } from "./layout.ts";
import { HEAD_HEIGHT, NAME_WIDTH } from "./measures.ts";
import { useDrop } from "./use-drop.ts";
import { useKeyMoves } from "./use-key-moves.ts";
import "./grid.css";

interface Props {
  scroller: RefObject<HTMLDivElement | null>;
  now: number;
  label: string;
}

/** The rows that are in view, on a ruler of hours that stays in sight. */
export function Grid({ scroller, now, label }: Props): ReactElement {
  const at = useTimeline();
  const { day, scale, engineerIds } = at;
  const rows = useMemo(() => layout(engineerIds, day, scale, now), [engineerIds, day, scale, now]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rows[index]?.height ?? 44,
    getItemKey: (index) => rows[index]?.engineerId ?? index,
    overscan: 5,
  });
  useEffect(() => void virtual.measure(), [rows, virtual]);
  useDrop(scroller, at, rows);
  useFirstScroll(scroller, now);
  useSelectionInView(scroller, rows);
  const keyMoves = useKeyMoves(at);
  useFocusKept(scroller, rows);
  const width = NAME_WIDTH + widthOf(scale);
  const height = rows.reduce((sum, row) => sum + row.height, 0);
  return (
    <div
      ref={scroller}
      className="tl-scroll"
      data-testid="timeline"
      tabIndex={-1}
      onKeyDown={walkBars}
    >
      <div className="tl-sheet" style={{ width, minHeight: HEAD_HEIGHT + height }}>
        <Ruler />
        <div className="tl-body" style={{ height }}>
          <Lines now={now} />
          <div role="list" aria-label={label}>
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index];
              const engineer = row && at.engineerOf(row.engineerId);
              if (!row || !engineer) return null;
              return (
                <EngineerRow key={item.key} row={row} engineer={engineer} keyMoves={keyMoves} />
              );
            })}
          </div>
          <GhostView rows={rows} />
        </div>
      </div>
    </div>
  );
}

/** Arrows alone go from bar to bar: along the row, or to the nearest bar of the next one. */
function walkBars(event: KeyboardEvent<HTMLElement>): void {
  const bar = (event.target as HTMLElement).closest<HTMLElement>(".tl-bar");
  if (!bar || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const place = (one: HTMLElement) => one.getBoundingClientRect();
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".tl-bar")];
  const from = place(bar);
  const isMeant = {
    ArrowRight: (box: DOMRect) => sameRow(box, from) && box.left > from.left,
    ArrowLeft: (box: DOMRect) => sameRow(box, from) && box.left < from.left,
    ArrowDown: (box: DOMRect) => box.top >= from.bottom,
    ArrowUp: (box: DOMRect) => box.bottom <= from.top,
  }[event.key];
  if (!isMeant) return;
  event.preventDefault();
  const away = (box: DOMRect) =>
    Math.abs(box.top - from.top) * 100 + Math.abs(box.left - from.left);
  const found = all.filter((one) => one !== bar && isMeant(place(one)));
  found.sort((a, b) => away(place(a)) - away(place(b)));
  found[0]?.focus();
}

const sameRow = (box: DOMRect, other: DOMRect) => Math.abs(box.top - other.top) < 2;

function Ruler(): ReactElement {
  const { scale, day } = useTimeline();
  const { locale } = useTexts();
  return (
    <div className="tl-ruler" style={{ height: HEAD_HEIGHT }} aria-hidden="true">
      <span className="tl-corner" style={{ width: NAME_WIDTH }} />
      {ticks(scale).map((at) => (
        <span key={at} className="tl-tick" style={{ left: NAME_WIDTH + xOf(scale, at) }}>
          {clockTime(new Date(at), locale, day.zone)}
        </span>
      ))}
    </div>
  );
}

/** Hour lines as one background, the present, and when the chosen work is due. */
function Lines({ now }: { now: number }): ReactElement {
  const at = useTimeline();
  const { scale, day } = at;
  const { t, locale } = useTexts();
  const due = at.selectedWorkOrderId ? at.workOf(at.selectedWorkOrderId)?.dueAt : null;
  const dueAt = due ? Date.parse(due) : null;
  const isShown = (instant: number) => instant >= scale.from && instant <= scale.until;
  const left = (instant: number) => NAME_WIDTH + xOf(scale, instant);
  const time = clockTime(new Date(now), locale, day.zone);
  return (
    <>
      <div
        className="tl-lines"
        style={{ left: NAME_WIDTH, backgroundSize: `${scale.pxPerHour}px 100%` }}
      />
      {isShown(now) && (
        <div className="tl-now" style={{ left: left(now) }} title={t("timeline.now", { time })} />
      )}
      {dueAt !== null && isShown(dueAt) && (
        <div className="tl-due" style={{ left: left(dueAt) }} data-testid="due-line" />
      )}
    </>
  );
}

/** Begin with the present in sight, or with the morning. */
function useFirstScroll(scroller: RefObject<HTMLDivElement | null>, now: number): void {
  const { scale } = useTimeline();
  const done = useRef<number | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (!element || done.current === scale.from) return;
    done.current = scale.from;
    const isToday = now >= scale.from && now < scale.until;
    element.scrollLeft = isToday ? Math.max(0, xOf(scale, now - 2 * HOUR)) : 0;
  }, [scroller, scale, now]);
}

/** What is chosen elsewhere comes into view here. */
function useSelectionInView(scroller: RefObject<HTMLDivElement | null>, rows: Row[]): void {
  const at = useTimeline();
  const wanted = `${at.selectedWorkOrderId}/${at.selectedTicketId}/${at.selectedEngineerId}`;
  const shown = useRef("");
  useEffect(() => {
    const element = scroller.current;
    if (!element || shown.current === wanted) return;
    const isChosen = (row: Row) =>
      row.bars.some(({ id }) => {
        const work = at.bookingOf(id)?.work;
        if (!work) return false;
        return work.id === at.selectedWorkOrderId || work.ticketId === at.selectedTicketId;
      });
    const row = rows.find(isChosen) ?? rows.find((one) => one.engineerId === at.selectedEngineerId);
    if (!row) return;
    shown.current = wanted;
    const seen = [element.scrollTop, element.scrollTop + element.clientHeight - HEAD_HEIGHT];
    const isInView = row.y >= (seen[0] ?? 0) && row.y + row.height <= (seen[1] ?? 0);
    if (!isInView) element.scrollTop = Math.max(0, row.y - element.clientHeight / 3);
  }, [scroller, rows, at, wanted]);
}

/** A bar that moved to another row is a new element: the focus goes with the work order. */
function useFocusKept(scroller: RefObject<HTMLDivElement | null>, rows: Row[]): void {
  const focused = useRef<string | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const remember = () => {
      const bar = document.activeElement?.closest<HTMLElement>("[data-work]");
      if (bar && element.contains(bar)) focused.current = bar.dataset.work ?? null;
      else if (document.activeElement !== document.body) focused.current = null;
    };
    document.addEventListener("focusin", remember);
    return () => document.removeEventListener("focusin", remember);
  }, [scroller]);
  useEffect(() => {
    if (!focused.current || document.activeElement !== document.body) return;
    const id = CSS.escape(focused.current);
    scroller.current?.querySelector<HTMLElement>(`[data-work="${id}"]`)?.focus();
  }, [scroller, rows]);
}
