import { useEffect, useSyncExternalStore } from "react";
import { BuildWatch } from "./build-watch.ts";
import type { LivePhase } from "./live.ts";

const PAGE = "/console/";

const watch = new BuildWatch({
  own: () => document.querySelector('script[type="module"][src]')?.getAttribute("src") ?? null,
  page: async () => {
    const answer = await fetch(PAGE, { cache: "no-store", headers: { Accept: "text/html" } });
    return answer.ok ? answer.text() : "";
  },
});

/** A part that cannot be loaded is gone with the old build, or the network is away: ask which. */
export function watchParts(): void {
  addEventListener("vite:preloadError", () => void watch.look());
}

/** A connection that comes back may lead to a server that was upgraded. */
export function useBuildWatch(phase: LivePhase): void {
  useEffect(() => {
    if (phase === "live") void watch.look();
  }, [phase]);
}

export function useIsUpdated(): boolean {
  return useSyncExternalStore(watch.onUpdated, watch.isUpdated);
}
