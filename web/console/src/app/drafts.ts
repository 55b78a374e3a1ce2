import { useCallback, useEffect, useRef, useState } from "react";

/** Half-typed texts outlive a closed dialog, another ticket and a reload of the page. */
const PREFIX = "truckroll.draft.";

export function readDraft<T>(key: string, otherwise: T): T {
  try {
    const text = sessionStorage.getItem(PREFIX + key);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function writeDraft(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // A full store must not keep anybody from typing on.
  }
}

/** Whoever signs in next at this window is not shown what somebody else typed. */
export function dropDrafts(): void {
  const keys = Array.from({ length: sessionStorage.length }, (_, at) => sessionStorage.key(at));
  for (const key of keys) if (key?.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

export function dropDraft(key: string): void {
  sessionStorage.removeItem(PREFIX + key);
}

/** A value that is kept while somebody types, until it is sent. */
export function useDraft<T>(key: string, empty: T): [T, (value: T) => void, () => void] {
  const [value, setValue] = useState<T>(() => readDraft(key, empty));
  const change = useCallback(
    (next: T) => {
      setValue(next);
      writeDraft(key, next);
    },
    [key],
  );
  const latest = useRef(empty);
  useEffect(() => {
    latest.current = empty;
  });
  const clear = useCallback(() => {
    dropDraft(key);
    setValue(latest.current);
  }, [key]);
  return [value, change, clear];
}
