/**
 * What would be lost by a reload of this window: a line being signed, a photo being made small. The
 * update asks before it reloads, and so does the browser when the window is closed.
 */
export type Unsaved = "signature" | "photos" | "part" | "form";

const held = new Map<symbol, Unsaved>();
const listeners = new Set<() => void>();

/** Say that something is under way; call what is returned when it is kept or given up. */
export function holdReload(what: Unsaved): () => void {
  const key = Symbol(what);
  held.set(key, what);
  announce();
  return () => {
    if (held.delete(key)) announce();
  };
}

/** Each kind of thing that is under way, once. */
export function unsaved(): Unsaved[] {
  return [...new Set(held.values())];
}

export function onUnsavedChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function announce(): void {
  for (const listener of listeners) listener();
}

/** Let the browser ask before the window is closed; returns how to stop that. */
export function guardClosing(target: Pick<Window, "addEventListener" | "removeEventListener">) {
  const ask = (event: Event) => {
    if (held.size > 0) event.preventDefault();
  };
  target.addEventListener("beforeunload", ask);
  return () => target.removeEventListener("beforeunload", ask);
}
