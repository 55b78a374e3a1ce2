import { useEffect, useMemo, useRef } from "react";
import { dayOf, dayRange, type Range } from "../../app/day.ts";
import {
  useAbsences,
  useBookings,
  useEngineers,
  useOpenWork,
  useShifts,
  useSkills,
  useZone,
} from "../../app/queries.ts";
import type { Absence, Booking, Engineer, Priority, Shift } from "../../app/records.ts";
import { isExpected } from "../assign/optimistic.ts";
import type { Held, Situation } from "./conflicts.ts";
import type { Period, PlannedBooking } from "./layout.ts";

/** What a bar says about its work order; the server sends it with bookings, or the list has it. */
export interface Work {
  id: string;
  ticketId: string;
  /** The ticket's number: what people call it by. */
  number: number | null;
  title: string;
  priority: Priority;
  dueAt: string | null;
  siteName: string;
  minutes: number;
  skills: readonly { skillId: string; minLevel: number }[];
}

export interface DayBooking extends PlannedBooking {
  row: Booking;
  work: Work | null;
  /** Shown before the server has answered. */
  isExpected: boolean;
}

export interface DayWork {
  range: Range;
  zone: string;
  engineers: readonly Engineer[];
  bookings: readonly DayBooking[];
  shifts: readonly Period[];
  absences: readonly Period[];
  skillNames: ReadonlyMap<string, string>;
  isLoading: boolean;
  error: unknown;
  retry: () => void;
}

interface WorkSource {
  id: string;
  ticket_id: string;
  ticket_number?: number;
  title: string;
  priority: Priority;
  due_at?: string | null;
  site_name?: string | null;
  duration_minutes: number;
  skills?: readonly { skill_id: string; min_level: number }[];
}

export function workOf(source: WorkSource): Work {
  return {
    id: source.id,
    ticketId: source.ticket_id,
    number: source.ticket_number ?? null,
    title: source.title,
    priority: source.priority,
    dueAt: source.due_at ?? null,
    siteName: source.site_name ?? "",
    minutes: source.duration_minutes,
    skills: (source.skills ?? []).map((it) => ({ skillId: it.skill_id, minLevel: it.min_level })),
  };
}

/** Everything the timeline draws for a day, joined; stable while the records are. */
export function useDay(day: string): DayWork {
  const zone = useZone();
  const lists = {
    engineers: useEngineers(),
    bookings: useBookings(day),
    shifts: useShifts(day),
    absences: useAbsences(day),
    work: useOpenWork(),
    skills: useSkills(),
  };
  const needed = [lists.engineers, lists.bookings, lists.shifts, lists.absences];
  const engineers = lists.engineers.data ?? NONE;
  const bookings = useJoined(lists.bookings.data, lists.work.data);
  const shifts = usePeriods(lists.shifts.data);
  const absences = usePeriods(lists.absences.data);
  const range = useMemo(() => dayRange(day, zone), [day, zone]);
  const skillNames = useMemo(
    () => new Map((lists.skills.data ?? []).map((skill) => [skill.id, skill.name])),
    [lists.skills.data],
  );
  const isLoading = needed.some((list) => list.isPending);
  const error = needed.find((list) => list.isError && !list.data)?.error ?? null;
  const again = useRef(() => {});
  useEffect(() => {
    again.current = () => needed.forEach((list) => void (list.isError && list.refetch()));
  });
  return useMemo(
    () => ({
      range,
      zone,
      engineers,
      bookings,
      shifts,
      absences,
      skillNames,
      isLoading,
      error,
      retry: () => again.current(),
    }),
    [range, zone, engineers, bookings, shifts, absences, skillNames, isLoading, error],
  );
}

const NONE: readonly Engineer[] = [];

function useJoined(
  rows: readonly (Booking & { work_order?: WorkSource })[] | undefined,
  open: readonly WorkSource[] | undefined,
): readonly DayBooking[] {
  return useMemo(() => {
    const byId = new Map((open ?? []).map((row) => [row.id, row]));
    return (rows ?? []).map((row): DayBooking => {
      const source = row.work_order ?? byId.get(row.work_order_id);
      const work = source ? workOf(source) : null;
      return {
        id: row.id,
        engineerId: row.engineer_id,
        startsAt: Date.parse(row.starts_at),
        endsAt: Date.parse(row.ends_at),
        state: row.state,
        travelSeconds: row.travel_seconds,
        onSiteAt: instant(row.on_site_at),
        finishedAt: instant(row.finished_at),
        dueAt: instant(work?.dueAt),
        row,
        work,
        isExpected: isExpected(row),
      };
    });
  }, [rows, open]);
}

function instant(text: string | null | undefined): number | null {
  return text ? Date.parse(text) : null;
}

function usePeriods(rows: readonly (Shift | Absence)[] | undefined): readonly Period[] {
  return useMemo(
    () =>
      (rows ?? []).map((row) => ({
        engineerId: row.engineer_id,
        startsAt: Date.parse(row.starts_at),
        endsAt: Date.parse(row.ends_at),
      })),
    [rows],
  );
}

/** What conflicts are judged by, read from a day. */
export function situationOf(day: DayWork, now: number): Situation {
  const held = new Map<string, Held[]>();
  for (const engineer of day.engineers)
    held.set(
      engineer.id,
      engineer.skills.map((skill) => ({
        skillId: skill.skill_id,
        level: skill.level,
        expiresOn: skill.expires_on,
      })),
    );
  return {
    now,
    bookings: day.bookings.filter((booking) => !booking.isExpected),
    shifts: day.shifts,
    absences: day.absences,
    skillsOf: (engineerId) => held.get(engineerId) ?? [],
    dayOf: (at) => dayOf(at, day.zone),
  };
}
