import { useSyncExternalStore } from "react";

/** Which tickets changed a moment ago, for a highlight that fades. */
const SECONDS = 8;
const until = new Map<string, number>();
const listeners = new Set<() => void>();

export function markFresh(ids: Iterable<string>): void {
  const end = Date.now() + SECONDS * 1000;
  let isAny = false;
  for (const id of ids) {
    until.set(id, end);
    isAny = true;
  }
  if (!isAny) return;
  tell();
  setTimeout(tell, SECONDS * 1000 + 50);
}

export function useFresh(id: string): boolean {
  return useSyncExternalStore(subscribe, () => (until.get(id) ?? 0) > Date.now());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function tell(): void {
  for (const [id, end] of until) if (end <= Date.now()) until.delete(id);
  for (const listener of listeners) listener();
}
