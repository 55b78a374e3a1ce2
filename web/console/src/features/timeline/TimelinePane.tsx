import { useElementSize } from "@mantine/hooks";
import { calendarDay } from "@truckroll/shared/format.ts";
import { type ReactElement, useCallback, useMemo, useRef, useState } from "react";
import { useNow } from "../../app/clock.ts";
import { useById, useMay, useOpenWork } from "../../app/queries.ts";
import type { Booking } from "../../app/records.ts";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { useDesk } from "../assign/desk.tsx";
import { showFailure } from "../assign/toasts.tsx";
import { useRunningBooking } from "../assign/use-running-booking.ts";
import "./timeline.css";
import { conflictText } from "./conflict-text.ts";
import { conflictsOf, isHard, type Situation } from "./conflicts.ts";
import { type Timeline, TimelineContext } from "./context.ts";
import { createGhostStore } from "./drag-state.ts";
import { Grid } from "./Grid.tsx";
import { HOUR, hoursShown, MINUTE, presence } from "./layout.ts";
import { LEAST_ZOOM, LIST_BELOW, NAME_WIDTH } from "./measures.ts";
import { DayProblem } from "./DayProblem.tsx";
import { TimelineList } from "./TimelineList.tsx";
import { Toolbar } from "./Toolbar.tsx";
import { type DayWork, situationOf, useDay, type Work, workOf } from "./use-day.ts";

/** The day by engineer: who does what when, and where there is room. */
export default function TimelinePane(): ReactElement {
  const { ref, width } = useElementSize();
  const selection = useSelection();
  const { locale, t } = useTexts();
  const day = useDay(selection.day);
  const minute = Math.floor(useNow().getTime() / MINUTE) * MINUTE;
  const [zoom, setZoom] = useState<number | null>(null);
  const [find, setFind] = useState("");
  const [isOnlyWorking, setOnlyWorking] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const engineerIds = useChosenEngineers(day, find, isOnlyWorking);
  const scale = useScale(day, minute, width, zoom);
  const timeline = useTimelineOf(day, scale, engineerIds, minute);
  const label = t("timeline.label", {
    day: calendarDay(new Date(day.range.from), locale, day.zone),
  });
  const isList = width > 0 && width < LIST_BELOW;
  return (
    <div className="tl" ref={ref}>
      <Toolbar
        pxPerHour={scale.pxPerHour}
        isFitted={zoom === null}
        setZoom={setZoom}
        find={find}
        setFind={setFind}
        isOnlyWorking={isOnlyWorking}
        setOnlyWorking={setOnlyWorking}
        isList={isList}
        zone={day.zone}
      />
      <TimelineContext value={timeline}>
        <DayProblem
          day={day}
          shown={engineerIds.length}
          showAll={() => reset(setFind, setOnlyWorking)}
        >
          {isList ? (
            <TimelineList label={label} now={minute} />
          ) : (
            <Grid scroller={scroller} now={minute} label={label} />
          )}
        </DayProblem>
      </TimelineContext>
      <Hints />
    </div>
  );
}

/** What a bar can do, for those who do not see it; every bar points here. */
function Hints(): ReactElement {
  const { t } = useTexts();
  return (
    <>
      <p id="timeline-hint" hidden>
        {t("timeline.hint")}
      </p>
      <p id="timeline-fixed" hidden>
        {t("timeline.fixed")}
      </p>
    </>
  );
}

function reset(setFind: (text: string) => void, setOnlyWorking: (is: boolean) => void): void {
  setFind("");
  setOnlyWorking(false);
}

/** The hours that matter, as wide as chosen; by itself they fill the pane. */
function useScale(day: DayWork, now: number, width: number, zoom: number | null) {
  const { from, until } = useMemo(() => hoursShown(day, day.range, now), [day, now]);
  const fitted = Math.max(LEAST_ZOOM, (width - NAME_WIDTH - 14) / ((until - from) / HOUR));
  const pxPerHour = zoom ?? fitted;
  return useMemo(() => ({ from, until, pxPerHour }), [from, until, pxPerHour]);
}

function useChosenEngineers(day: DayWork, find: string, isOnlyWorking: boolean): string[] {
  return useMemo(() => {
    const wanted = find.trim().toLocaleLowerCase();
    const works = new Set(
      day.engineers
        .filter(({ id }) => {
          const own = (period: { engineerId: string }) => period.engineerId === id;
          return presence(day.shifts.filter(own), day.absences.filter(own)).some(
            ([from, until]) => until > day.range.from && from < day.range.until,
          );
        })
        .map(({ id }) => id),
    );
    const isBooked = new Set(day.bookings.map((booking) => booking.engineerId));
    return day.engineers
      .filter(({ id }) => !isOnlyWorking || works.has(id) || isBooked.has(id))
      .filter(
        ({ name, skills }) =>
          wanted === "" ||
          name.toLocaleLowerCase().includes(wanted) ||
          skills.some((skill) =>
            (day.skillNames.get(skill.skill_id) ?? "").toLocaleLowerCase().includes(wanted),
          ),
      )
      .map(({ id }) => id);
  }, [day, find, isOnlyWorking]);
}

function useTimelineOf(
  day: DayWork,
  scale: Timeline["scale"],
  engineerIds: readonly string[],
  now: number,
): Timeline {
  const selection = useSelection();
  const { selectWorkOrder, selectEngineer } = useChoosing();
  const mayBook = useMay("bookings.manage");
  const [ghost] = useState(createGhostStore);
  const known = useKnown(day);
  const situation = useMemo(() => situationOf(day, now), [day, now]);
  const commit = useCommit(day, situation);
  const { workOrderId, ticketId, engineerId } = selection;
  return useMemo(
    () => ({
      day,
      scale,
      ghost,
      engineerIds,
      ...known,
      judge: (place, of) => conflictsOf({ ...place, ...of }, situation),
      commit,
      open: (work) => selectWorkOrder(work.id, work.ticketId),
      mayBook,
      selectedWorkOrderId: workOrderId,
      selectedTicketId: ticketId,
      selectedEngineerId: engineerId,
      selectEngineer,
    }),
    [
      day,
      scale,
      ghost,
      engineerIds,
      known,
      situation,
      commit,
      mayBook,
      workOrderId,
      ticketId,
      engineerId,
      selectWorkOrder,
      selectEngineer,
    ],
  );
}

/** Everything that the day is made of, by its id. */
function useKnown(day: DayWork): Pick<Timeline, "engineerOf" | "bookingOf" | "workOf"> {
  const works = useWorks(day);
  const engineers = useById(day.engineers);
  const bookings = useById(day.bookings);
  return useMemo(
    () => ({
      engineerOf: (id) => engineers.get(id),
      bookingOf: (id) => bookings.get(id),
      workOf: (id) => works.get(id),
    }),
    [engineers, bookings, works],
  );
}

function useWorks(day: DayWork): ReadonlyMap<string, Work> {
  const { data: open } = useOpenWork();
  return useMemo(() => {
    const found = new Map((open ?? []).map((row) => [row.id, workOf(row)]));
    for (const { work } of day.bookings) if (work) found.set(work.id, work);
    return found;
  }, [open, day.bookings]);
}

/** Book or reassign; what cannot be is refused here already, with the reason. */
function useCommit(day: DayWork, situation: Situation): Timeline["commit"] {
  const desk = useDesk();
  const running = useRunningBooking();
  const texts = useTexts();
  return useCallback(
    async (work, place, standing: Booking | null) => {
      const about = { bookingId: standing?.id, dueAt: null, skills: [] };
      const isSameStart = standing && Date.parse(standing.starts_at) === place.startsAt;
      const hard = conflictsOf({ ...place, ...about }, situation).filter(
        (conflict) => isHard(conflict) || (conflict.code === "past" && !isSameStart),
      );
      if (hard.length > 0) {
        const gap = texts.locale === "en" ? ". " : "。";
        const words = hard.map((one) =>
          one.code === "past" ? texts.t("timeline.gone") : conflictText(one, day, texts),
        );
        return showFailure(words.join(gap));
      }
      const { number, title } = work;
      const wish = {
        workOrderId: work.id,
        what: number === null ? title : texts.t("word.ticketNumber", { number }),
        engineerId: place.engineerId,
        engineerName: day.engineers.find(({ id }) => id === place.engineerId)?.name ?? "",
        startsAt: new Date(place.startsAt).toISOString(),
        endsAt: new Date(place.endsAt).toISOString(),
      };
      const instead = standing ?? (await running(work.id));
      if (instead) await desk.reassign(instead, wish);
      else await desk.book(wish);
    },
    [desk, running, day, situation, texts],
  );
}
