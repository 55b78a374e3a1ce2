import type { SyncClient } from "@truckroll/sync-client";
import { useCallback, useEffect, useRef, useState } from "react";

/**
 * What is half typed, kept in the store of this phone with every change: it survives a reload, a
 * dead battery and a new sign-in. `isReady` is false until the kept text has been read; until then
 * nothing may be typed.
 */
export interface Draft<T> {
  value: T;
  isReady: boolean;
  set: (value: T) => void;
  /** Forget it: it was recorded, or given up. With a value: only while it is still that one. */
  clear: (recorded?: T) => void;
}

export function useDraft<T>(client: SyncClient, key: string, empty: T): Draft<T> {
  const [held, setHeld] = useState<{ key: string; value: T }>();
  const writer = useRef<Writer>(undefined);
  const blank = useRef(empty);
  const newest = useRef<T>(undefined);
  useEffect(() => {
    newest.current = held?.value;
  }, [held]);
  useEffect(() => {
    let isGone = false;
    writer.current = makeWriter(client, key);
    client.draft
      .get(key)
      .then((kept) => kept as T | undefined)
      .catch(() => undefined)
      .then((kept) => {
        if (!isGone)
          setHeld((now) => (now?.key === key ? now : { key, value: kept ?? blank.current }));
      });
    return () => {
      isGone = true;
    };
  }, [client, key]);
  const set = useCallback(
    (value: T) => {
      setHeld({ key, value });
      writer.current?.write(value);
    },
    [key],
  );
  const clear = useCallback(
    (recorded?: T) => {
      if (recorded !== undefined && recorded !== newest.current) return;
      setHeld({ key, value: blank.current });
      writer.current?.write(undefined);
    },
    [key],
  );
  const isReady = held?.key === key;
  return { value: isReady ? held.value : empty, isReady, set, clear };
}

interface Writer {
  write: (value: unknown) => void;
}

/** Writes one after the other, and only the newest of those that wait. */
export function makeWriter(client: Pick<SyncClient, "draft">, key: string): Writer {
  let isBusy = false;
  let waiting: { value: unknown } | null = null;
  async function drain(): Promise<void> {
    isBusy = true;
    while (waiting) {
      const { value } = waiting;
      waiting = null;
      try {
        await (value === undefined ? client.draft.remove(key) : client.draft.set(key, value));
      } catch (error) {
        console.warn("A draft could not be kept", error);
      }
    }
    isBusy = false;
  }
  return {
    write(value) {
      waiting = { value };
      if (!isBusy) void drain();
    },
  };
}
