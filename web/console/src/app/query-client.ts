import { QueryClient } from "@tanstack/react-query";
import { failureIn } from "./api.ts";

/** The live feed says what is stale; nothing is asked again merely because a window got focus. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5 * 60_000,
        gcTime: 15 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: "always",
        retry: (count, error) => count < 2 && isPassing(error),
        retryDelay: (attempt) => 400 * 2 ** attempt,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

/** Whether the same request may well succeed in a moment. */
function isPassing(error: unknown): boolean {
  const { status } = failureIn(error);
  return status === 0 || status === 502 || status === 503 || status === 504;
}
