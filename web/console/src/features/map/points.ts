import type { FeatureCollection, Point } from "geojson";
import type { LonLat } from "./gcj02.ts";

/** What stands on the map, prepared for drawing: pure, positions in WGS 84. */
export const PRIORITY_RANK = { urgent: 4, high: 3, normal: 2, low: 1 } as const;
export type Priority = keyof typeof PRIORITY_RANK;
export const JOB_STATES = ["planless", "unassigned", "booked", "travelling", "on_site"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** An open ticket at its site, with who has its field work. */
export interface Job {
  ticketId: string;
  workOrderId: string | null;
  number: number;
  title: string;
  priority: Priority;
  state: JobState;
  dueAt: string;
  minutes: number;
  siteName: string;
  engineerId: string | null;
  at: LonLat;
}

interface TicketLike {
  id: string;
  number: number;
  title: string;
  priority: Priority;
  due_at: string;
  site_id: string | null;
  site_name?: string | null;
  position?: { coordinates?: number[] } | null;
}

interface WorkLike {
  id: string;
  ticket_id: string;
  state: string;
  engineer_id: string | null;
  duration_minutes: number;
  booking?: { state: string } | null;
}

interface SiteLike {
  name: string;
  position?: { coordinates?: number[] } | null;
}

/** Join tickets with their sites and field work; a ticket without a place is not on the map. */
export function jobsOf(
  tickets: readonly TicketLike[],
  workOf: (ticketId: string) => WorkLike | undefined,
  siteOf: (siteId: string) => SiteLike | undefined,
): Job[] {
  return tickets.flatMap((ticket): Job[] => {
    const site = ticket.site_id ? siteOf(ticket.site_id) : undefined;
    const at = lonLatOf(ticket.position) ?? lonLatOf(site?.position);
    return at ? [jobAt(at, ticket, workOf(ticket.id), site)] : [];
  });
}

function jobAt(
  at: LonLat,
  ticket: TicketLike,
  work: WorkLike | undefined,
  site: SiteLike | undefined,
): Job {
  return {
    ticketId: ticket.id,
    workOrderId: work?.id ?? null,
    number: ticket.number,
    title: ticket.title,
    priority: ticket.priority,
    state: stateOf(work),
    dueAt: ticket.due_at,
    minutes: work?.duration_minutes ?? 60,
    siteName: ticket.site_name ?? site?.name ?? "",
    engineerId: work?.engineer_id ?? null,
    at,
  };
}

function stateOf(work: WorkLike | undefined): JobState {
  if (!work || work.state === "draft") return "planless";
  if (work.state === "in_progress") return "on_site";
  const booking = work.booking?.state;
  if (booking === "travelling" || booking === "on_site") return booking;
  return work.engineer_id ? "booked" : "unassigned";
}

export function lonLatOf(position: { coordinates?: number[] } | null | undefined): LonLat | null {
  const [lon, lat] = position?.coordinates ?? [];
  return lon === undefined || lat === undefined ? null : [lon, lat];
}

export type Place = (at: LonLat) => [number, number];

/** The features of the jobs: few properties, because every one is copied to the map's worker. */
export function jobFeatures(
  jobs: readonly Job[],
  now: number,
  place: Place,
): FeatureCollection<Point> {
  return {
    type: "FeatureCollection",
    features: jobs.map((job) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: place(job.at) },
      properties: {
        id: job.ticketId,
        rank: PRIORITY_RANK[job.priority],
        waiting: job.state === "unassigned" || job.state === "planless" ? 1 : 0,
        icon: iconName(job.priority, job.state, isLate(job, now)),
        title: job.siteName,
      },
    })),
  };
}

export function isLate(job: Pick<Job, "dueAt">, now: number): boolean {
  return Date.parse(job.dueAt) < now;
}

export function iconName(priority: Priority, state: JobState, late: boolean): string {
  return `${priority}/${state}${late ? "/late" : ""}`;
}

export const ENGINEER_STATES = ["on_site", "travelling", "booked", "free", "off"] as const;
export type EngineerState = (typeof ENGINEER_STATES)[number];

export interface EngineerPoint {
  id: string;
  name: string;
  initials: string;
  at: LonLat;
  /** When the phone was there; null when only the home is known. */
  seenAt: string | null;
  state: EngineerState;
}

interface EngineerLike {
  id: string;
  name: string;
  home_position: { coordinates?: number[] };
}

interface BookingLike {
  engineer_id: string;
  state: string;
  starts_at: string;
  ends_at: string;
}

interface SpanLike {
  engineer_id: string;
  starts_at: string;
  ends_at: string;
}

/** Where the engineers are, else where they live, and what they do. */
export function engineerPoints(
  engineers: readonly EngineerLike[],
  known: {
    positions: readonly {
      engineer_id: string;
      position: { coordinates?: number[] };
      recorded_at: string;
    }[];
    bookings: readonly BookingLike[];
    shifts: readonly SpanLike[];
    absences: readonly SpanLike[];
  },
  now: number,
): EngineerPoint[] {
  const seen = new Map(known.positions.map((position) => [position.engineer_id, position]));
  return engineers.flatMap((engineer): EngineerPoint[] => {
    const position = seen.get(engineer.id);
    const at = lonLatOf(position?.position) ?? lonLatOf(engineer.home_position);
    if (!at) return [];
    const own = <T extends { engineer_id: string }>(rows: readonly T[]) =>
      rows.filter((row) => row.engineer_id === engineer.id);
    return [
      {
        id: engineer.id,
        name: engineer.name,
        initials: initialsOf(engineer.name),
        at,
        seenAt: position?.recorded_at ?? null,
        state: doing(own(known.bookings), own(known.shifts), own(known.absences), now),
      },
    ];
  });
}

function doing(
  bookings: readonly BookingLike[],
  shifts: readonly SpanLike[],
  absences: readonly SpanLike[],
  now: number,
): EngineerState {
  const isNow = (span: { starts_at: string; ends_at: string }) =>
    Date.parse(span.starts_at) <= now && Date.parse(span.ends_at) > now;
  for (const state of ["on_site", "travelling"] as const)
    if (bookings.some((booking) => booking.state === state)) return state;
  if (bookings.some((booking) => booking.state === "confirmed" && isNow(booking))) return "booked";
  const isWorking = shifts.some(isNow) && !absences.some(isNow);
  return isWorking ? "free" : "off";
}

const HAN = /\p{Script=Han}/u;

/** Two letters for the marker: first and last name, or a Chinese given name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""];
  if (HAN.test(name)) return [...words.join("")].slice(-2).join("");
  const letter = (word: string) => [...word][0]?.toLocaleUpperCase() ?? "";
  return letter(first) + letter(last);
}

export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function within(bounds: Bounds, [lon, lat]: LonLat): boolean {
  const { west, south, east, north } = bounds;
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/** The box around everything, or null when there is nothing. */
export function boundsOf(places: readonly LonLat[]): Bounds | null {
  if (places.length === 0) return null;
  const lons = places.map(([lon]) => lon);
  const lats = places.map(([, lat]) => lat);
  return {
    west: Math.min(...lons),
    east: Math.max(...lons),
    south: Math.min(...lats),
    north: Math.max(...lats),
  };
}
