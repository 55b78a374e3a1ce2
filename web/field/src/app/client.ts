import type { Account, SyncClient } from "@truckroll/sync-client";
import { createContext, useContext } from "react";

export interface Opened {
  account: Account;
  client: SyncClient;
}

export const OpenedContext = createContext<Opened | null>(null);

/** The account that is open, and its store. */
export function useOpened(): Opened {
  const opened = useContext(OpenedContext);
  if (!opened) throw new Error("No account is open here.");
  return opened;
}
