import type { SyncStatus } from "@truckroll/sync-client";

export type Tone = "ok" | "busy" | "wait" | "bad" | "off";
export type ChipIcon = "check" | "sync" | "upload" | "alert" | "offline" | "key";

export interface Chip {
  tone: Tone;
  icon: ChipIcon;
  /** Names the text; `count` is what it counts. */
  text:
    | "safe"
    | "loading"
    | "trouble"
    | "signed-out"
    | "signed-out-unsent"
    | "revoked"
    | "offline"
    | "offline-unsent"
    | "sending"
    | "updating"
    | "unsent"
    | "unconfirmed"
    | "problem"
    | "starting";
  count: number;
  /** Since when the oldest entry waits, when that is worth saying. */
  since: string | null;
}

const WORTH_SAYING_MS = 60 * 60 * 1000;

/**
 * The one line that says whether the work is safe. Green means that the server has signed for
 * everything; nothing else is ever green.
 */
export function chipOf(status: SyncStatus, now: Date): Chip {
  const unsent = status.unsentCommands + status.unsentFiles;
  const [tone, icon, text, count] = stopOf(status, unsent) ?? flowOf(status, unsent);
  const isOld = unsent > 0 && status.oldestUnsentAt !== null;
  return { tone, icon, text, count, since: isOld ? old(status.oldestUnsentAt, now) : null };
}

type Words = [Tone, ChipIcon, Chip["text"], number];

/** What keeps the work from going on, the worst first. */
function stopOf(status: SyncStatus, unsent: number): Words | null {
  if (status.phase === "revoked") return ["bad", "alert", "revoked", unsent];
  if (status.troubles > 0) return ["bad", "alert", "trouble", status.troubles];
  if (status.phase === "signed-out")
    return ["bad", "key", unsent > 0 ? "signed-out-unsent" : "signed-out", unsent];
  if (status.phase === "starting") return ["off", "sync", "starting", 0];
  if (status.isOnline && status.phase !== "offline") return null;
  return unsent > 0
    ? ["wait", "offline", "offline-unsent", unsent]
    : ["off", "offline", "offline", 0];
}

function flowOf(status: SyncStatus, unsent: number): Words {
  if (status.phase === "first-load") return ["busy", "sync", "loading", status.rowsReceived];
  if (status.phase === "trouble") return ["bad", "alert", "problem", unsent];
  if (status.phase === "syncing")
    return unsent > 0 ? ["busy", "sync", "sending", unsent] : ["busy", "sync", "updating", 0];
  if (unsent > 0) return ["wait", "upload", "unsent", unsent];
  if (status.unreceipted > 0) return ["wait", "upload", "unconfirmed", status.unreceipted];
  return status.phase === "safe" ? ["ok", "check", "safe", 0] : ["off", "sync", "starting", 0];
}

function old(at: string | null, now: Date): string | null {
  return at !== null && now.getTime() - Date.parse(at) >= WORTH_SAYING_MS ? at : null;
}

/** The phone's clock is worth a word when it is off by more than this: the server flags it too. */
export const SKEW_WORTH_SAYING_MS = 5 * 60 * 1000;
