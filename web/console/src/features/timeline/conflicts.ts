import { merged, type Period, type PlannedBooking, presence, realSpan } from "./layout.ts";

/** What speaks against a place for a booking, known here before the server is asked. */
export type Conflict =
  | { code: "busy"; bookingId: string }
  | { code: "absent" }
  | { code: "outside-shift" }
  | { code: "skill-missing"; skillId: string }
  | { code: "skill-level-too-low"; skillId: string; needed: number; held: number }
  | { code: "skill-expired"; skillId: string }
  | { code: "late"; minutes: number }
  | { code: "past" };

export interface Wish {
  engineerId: string;
  startsAt: number;
  endsAt: number;
  /** The booking that would move, so that it does not stand in its own way. */
  bookingId?: string | undefined;
  dueAt: number | null;
  skills: readonly { skillId: string; minLevel: number }[];
}

export interface Held {
  skillId: string;
  level: number;
  /** The last calendar day it holds, or null. */
  expiresOn: string | null;
}

export interface Situation {
  now: number;
  bookings: readonly PlannedBooking[];
  shifts: readonly Period[];
  absences: readonly Period[];
  skillsOf: (engineerId: string) => readonly Held[];
  dayOf: (at: number) => string;
}

const MINUTE = 60_000;

/** Only an overlap makes a booking impossible; the rest needs a reason or a second thought. */
export function isHard(conflict: Conflict): boolean {
  return conflict.code === "busy";
}

export function conflictsOf(wish: Wish, situation: Situation): Conflict[] {
  const own = <T extends { engineerId: string }>(items: readonly T[]) =>
    items.filter((item) => item.engineerId === wish.engineerId);
  return [
    ...overlaps(wish, own(situation.bookings), situation.now),
    ...hours(wish, own(situation.shifts), own(situation.absences)),
    ...skills(wish, situation),
    ...timing(wish, situation.now),
  ];
}

function overlaps(wish: Wish, bookings: readonly PlannedBooking[], now: number): Conflict[] {
  return bookings
    .filter((other) => other.id !== wish.bookingId)
    .filter((other) => other.state !== "cancelled" && other.state !== "finished")
    .filter((other) => {
      const [from, until] = realSpan(other, now);
      return wish.startsAt < until && wish.endsAt > from;
    })
    .map((other) => ({ code: "busy", bookingId: other.id }));
}

function hours(wish: Wish, shifts: readonly Period[], absences: readonly Period[]): Conflict[] {
  const away = merged(absences.map((it) => [it.startsAt, it.endsAt]));
  if (away.some(([from, until]) => wish.startsAt < until && wish.endsAt > from))
    return [{ code: "absent" }];
  const inside = presence(shifts, []).some(
    ([from, until]) => from <= wish.startsAt && wish.endsAt <= until,
  );
  return inside ? [] : [{ code: "outside-shift" }];
}

function skills(wish: Wish, situation: Situation): Conflict[] {
  const held = new Map(situation.skillsOf(wish.engineerId).map((it) => [it.skillId, it]));
  return wish.skills.flatMap(({ skillId, minLevel }): Conflict[] => {
    const has = held.get(skillId);
    if (!has) return [{ code: "skill-missing", skillId }];
    if (has.level < minLevel)
      return [{ code: "skill-level-too-low", skillId, needed: minLevel, held: has.level }];
    if (has.expiresOn !== null && has.expiresOn < situation.dayOf(wish.startsAt))
      return [{ code: "skill-expired", skillId }];
    return [];
  });
}

function timing(wish: Wish, now: number): Conflict[] {
  const found: Conflict[] = [];
  if (wish.startsAt < now - 5 * MINUTE) found.push({ code: "past" });
  if (wish.dueAt !== null && wish.endsAt > wish.dueAt)
    found.push({ code: "late", minutes: Math.ceil((wish.endsAt - wish.dueAt) / MINUTE) });
  return found;
}
