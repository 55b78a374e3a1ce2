import { postApiV1AuthStreamTokens } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { useEffect } from "react";
import { useOpened } from "./client.ts";

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Listens to the server's pokes while the app is in front: news then come within a second. Without
 * the stream nothing is missing, the client looks for news by itself.
 */
export function useStream(): void {
  const { client } = useOpened();
  useEffect(() => listen(() => client.poke()), [client]);
}

function listen(poke: () => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = FIRST_PAUSE_MS;
  let isGone = false;

  async function connect(): Promise<void> {
    clearTimeout(timer);
    source?.close();
    source = undefined;
    if (isGone || document.hidden || !navigator.onLine) return;
    const url = await streamUrl().catch(() => null);
    // The screen may have been left while the token was fetched.
    if (isGone) return;
    if (url === null) return again();
    const opened = new EventSource(url);
    source = opened;
    opened.onopen = () => (pause = FIRST_PAUSE_MS);
    for (const kind of ["message", "poke", "resync"]) opened.addEventListener(kind, poke);
    // The token in the address is good for a minute: every new connection needs a new one.
    opened.onerror = again;
  }

  function again(): void {
    source?.close();
    source = undefined;
    clearTimeout(timer);
    if (!isGone) timer = setTimeout(() => void connect(), pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }

  const wake = () => void connect();
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  void connect();
  return () => {
    isGone = true;
    clearTimeout(timer);
    source?.close();
    document.removeEventListener("visibilitychange", wake);
    removeEventListener("online", wake);
  };
}

async function streamUrl(): Promise<string | null> {
  const { data } = await postApiV1AuthStreamTokens();
  return data ? `${data.stream_url}?token=${encodeURIComponent(data.token)}` : null;
}
