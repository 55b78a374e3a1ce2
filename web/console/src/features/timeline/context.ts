import { createContext, useContext } from "react";
import type { Conflict, Wish } from "./conflicts.ts";
import type { GhostStore } from "./drag-state.ts";
import type { Place } from "./keyboard.ts";
import type { Scale } from "./layout.ts";
import type { DayBooking, DayWork, Work } from "./use-day.ts";
import type { Booking, Engineer } from "../../app/records.ts";

/** What rows, bars and drops share; made once per drawing of the timeline. */
export interface Timeline {
  day: DayWork;
  scale: Scale;
  ghost: GhostStore;
  engineerIds: readonly string[];
  engineerOf: (id: string) => Engineer | undefined;
  bookingOf: (id: string) => DayBooking | undefined;
  workOf: (id: string) => Work | undefined;
  judge: (place: Place, of: Pick<Wish, "bookingId" | "dueAt" | "skills">) => Conflict[];
  /** Carry out a move: book, or reassign what stands. */
  commit: (work: Work, place: Place, standing: Booking | null) => Promise<void>;
  open: (work: Work) => void;
  mayBook: boolean;
  selectedWorkOrderId: string | null;
  selectedTicketId: string | null;
  selectedEngineerId: string | null;
  selectEngineer: (id: string | null) => void;
}

export const TimelineContext = createContext<Timeline | null>(null);

export function useTimeline(): Timeline {
  const found = useContext(TimelineContext);
  if (!found) throw new Error("A part of the timeline stands outside of it.");
  return found;
}
