import { getApiV1SyncPull, postApiV1AuthStreamTokens } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { onSessionChange, sessionState } from "@truckroll/shared/session.ts";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { take } from "./api.ts";
import { LiveFeed, type LiveStatus } from "./live.ts";
import { followChanges } from "./news.ts";

const PAGE = 500;

function makeFeed(client: QueryClient): LiveFeed {
  return new LiveFeed({
    pull: (cursor) =>
      take(
        getApiV1SyncPull({ query: cursor ? { cursor, limit: PAGE } : { from: "head", limit: 1 } }),
      ),
    token: () => take(postApiV1AuthStreamTokens()),
    open: (url) => new EventSource(url),
    apply: (changes) => void followChanges(client, changes),
    resync: () => void client.invalidateQueries(),
  });
}

/** Keeps everything on the screen fresh for as long as the desk stands. */
export function useLiveFeed(): { isReady: boolean; status: LiveStatus } {
  const client = useQueryClient();
  const [feed] = useState(() => makeFeed(client));
  const [isReady, setReady] = useState(false);
  const status = useSyncExternalStore(feed.onStatus, feed.status);
  useEffect(() => {
    // What could not be read while the server was away is read now.
    if (status.phase === "live")
      void client.refetchQueries({ predicate: (query) => query.state.status === "error" });
  }, [client, status.phase]);
  useEffect(() => {
    void feed.start().then(() => setReady(true));
    const wake = () => feed.wake();
    const look = () => document.visibilityState === "visible" && feed.wake();
    const enter = () => sessionState() === "signed-in" && feed.wake();
    const sleep = () => feed.sleep();
    window.addEventListener("online", wake);
    window.addEventListener("offline", sleep);
    document.addEventListener("visibilitychange", look);
    const forget = onSessionChange(enter);
    return () => {
      feed.stop();
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", sleep);
      document.removeEventListener("visibilitychange", look);
      forget();
    };
  }, [feed]);
  return { isReady, status };
}
