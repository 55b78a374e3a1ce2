import type { SyncClient, SyncStatus } from "@truckroll/sync-client";
import { useEffect, useRef, useState } from "react";

/**
 * What a read of the local store gives, again whenever it changes; undefined until the first
 * answer. `key` says what is read: a new key reads anew.
 */
export function useLive<T>(
  client: SyncClient,
  key: string,
  read: (client: SyncClient) => Promise<T>,
): T | undefined {
  const [found, setFound] = useState<{ key: string; value: T }>();
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(
    () =>
      client.live(
        () => latest.current(client),
        (value) => setFound({ key, value }),
      ),
    [client, key],
  );
  return found?.key === key ? found.value : undefined;
}

/** How safe the work is, as it changes. */
export function useStatus(client: SyncClient): SyncStatus {
  const [status, setStatus] = useState(() => client.status());
  useEffect(() => {
    setStatus(client.status());
    return client.onStatus(setStatus);
  }, [client]);
  return status;
}

/** The time, renewed in steps; only the leaf that shows it should ask. */
export function useNow(stepMs = 30_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}
