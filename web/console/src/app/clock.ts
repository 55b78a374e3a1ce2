import { useSyncExternalStore } from "react";
import { type Day, dayOf } from "./day.ts";

/** One clock for all that shows time going by; only the leaves that use it are drawn again. */
const TICK = 15_000;
const listeners = new Set<() => void>();
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}

/** The calendar day there; drawn again at midnight only. */
export function useToday(zone: string): Day {
  return useSyncExternalStore(subscribe, () => dayOf(now.getTime(), zone));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    now = new Date();
    timer = setInterval(tick, TICK);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = new Date();
  for (const listener of listeners) listener();
}
