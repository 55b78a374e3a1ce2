/** The language of the person at the screen; the same for every part of an app. */
export type Locale = "en" | "zh-CN";

const KEY = "truckroll.locale";
const listeners = new Set<() => void>();
let current: Locale = detect();

function detect(): Locale {
  const saved = globalThis.localStorage?.getItem(KEY);
  if (saved === "en" || saved === "zh-CN") return saved;
  return globalThis.navigator?.language?.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

export function locale(): Locale {
  return current;
}

/** Change the language at once, and keep it for the next start. */
export function setLocale(chosen: Locale): void {
  current = chosen;
  globalThis.localStorage?.setItem(KEY, chosen);
  if (globalThis.document) document.documentElement.lang = chosen;
  for (const listener of listeners) listener();
}

export function onLocaleChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
