import type { Booking } from "../../app/records.ts";
import type { WorkOrderDrag } from "../../app/drag.ts";
import type { Conflict } from "./conflicts.ts";

/** What is dragged when it is a bar: a work order with the booking that would move. */
export interface BarDrag extends WorkOrderDrag {
  booking: Booking;
  /** Where inside the bar it was taken, so that it does not jump under the pointer. */
  grabMinutes: number;
}

export function bookingIn(drag: Record<string | symbol, unknown>): Booking | null {
  return (drag.booking as Booking | undefined) ?? null;
}

/** Where the dragged or keyed bar would land; only the ghost watches it, not the rows. */
export interface Ghost {
  workOrderId: string;
  engineerId: string;
  startsAt: number;
  endsAt: number;
  title: string;
  conflicts: readonly Conflict[];
}

type Listener = () => void;

export interface GhostStore {
  get: () => Ghost | null;
  set: (ghost: Ghost | null) => void;
  subscribe: (listener: Listener) => () => void;
}

export function createGhostStore(): GhostStore {
  const listeners = new Set<Listener>();
  let current: Ghost | null = null;
  return {
    get: () => current,
    set: (ghost) => {
      if (isSame(current, ghost)) return;
      current = ghost;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function isSame(a: Ghost | null, b: Ghost | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.workOrderId === b.workOrderId &&
    a.engineerId === b.engineerId &&
    a.startsAt === b.startsAt &&
    a.endsAt === b.endsAt &&
    a.conflicts.length === b.conflicts.length
  );
}
