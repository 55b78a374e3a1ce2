import { onSessionChange, sessionState } from "@truckroll/shared/session.ts";
import { useSyncExternalStore } from "react";

export function useSessionState() {
  return useSyncExternalStore(onSessionChange, sessionState);
}
