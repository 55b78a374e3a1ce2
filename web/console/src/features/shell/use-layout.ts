import { useSyncExternalStore } from "react";
import { type Layout, layoutFrom } from "./layout.ts";

const KEY = "truckroll.console.layout";
const listeners = new Set<() => void>();
let layout: Layout = layoutFrom(globalThis.localStorage?.getItem(KEY) ?? null);

export function useLayout(): Layout {
  return useSyncExternalStore(subscribe, () => layout);
}

export function setLayout(change: (before: Layout) => Layout): void {
  layout = change(layout);
  localStorage.setItem(KEY, JSON.stringify(layout));
  for (const listener of listeners) listener();
}

/** The pane in sight on a narrow screen. */
let narrow = "list" as "list" | "map" | "panel" | "timeline";

export function useNarrowPane() {
  return useSyncExternalStore(subscribe, () => narrow);
}

export function showPane(pane: typeof narrow): void {
  if (pane === narrow) return;
  narrow = pane;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
