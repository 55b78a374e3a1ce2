import type { NewCommand } from "../types.ts";
import { type Effect, type Effects, type Reducer, text } from "./reducer.ts";

const PROGRESS: Record<string, number> = {
  proposed: 0,
  confirmed: 0,
  travelling: 1,
  on_site: 2,
  finished: 3,
};

/** A report moves a booking forward, never back, and never out of a cancellation. */
function report(state: string, stamp: string): Effect {
  const reduce: Reducer = (doc, command) => {
    const reached = doc && PROGRESS[text(doc["state"])];
    if (doc === undefined || reached === undefined) return doc;
    if (reached >= (PROGRESS[state] ?? 0)) return doc;
    return { ...doc, state, [stamp]: command.at };
  };
  return {
    touch: (command: NewCommand) => ({ keys: [{ kind: "booking", id: command.entityId }] }),
    reduce: { booking: reduce },
  };
}

export const bookingEffects: Effects = {
  "booking.travel": report("travelling", "travelling_at"),
  "booking.arrive": report("on_site", "on_site_at"),
  "booking.finish": report("finished", "finished_at"),
};
