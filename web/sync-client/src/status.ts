import Dexie from "dexie";
import { withoutAnnouncements } from "./announcements.ts";
import type { CommandRecord, Feed, FileRecord, Network, Store } from "./store.ts";
import type { Phase, SyncStatus } from "./types.ts";

/** The honest state of this phone's work, counted from what lies on it. */
export interface Counts {
  unsentCommands: number;
  unsentFiles: number;
  unsentBytes: number;
  unreceipted: number;
  oldestUnsentAt: string | null;
  troubles: number;
  refusedFiles: number;
}

export interface Facts {
  counts: Counts;
  feed: Feed;
  network: Network;
  vanished?: { at: string; unsent: number } | undefined;
}

/** Read everything the status says; under liveQuery it is read again when something changes. */
export function readFacts(store: Store): Promise<Facts> {
  // All requests at once: a transaction that idles while results come from Dexie's cache is over.
  return store.transaction("r", store.commands, store.files, store.meta, () =>
    Promise.all([
      unsentCommands(store),
      store.commands.where("receipted").equals(0).filter(hasResult).count(),
      store.commands.where("trouble").equals(1).count(),
      store.files.where("status").anyOf(OPEN_FILES).toArray(),
      store.feed(),
      store.network(),
      store.value("vanished"),
    ]).then(([queue, unsigned, troubles, files, feed, network, vanished]) => ({
      counts: countsOf(queue, files, { unsigned, troubles }),
      feed,
      network,
      vanished,
    })),
  );
}

const OPEN_FILES = ["waiting", "sending", "stored", "refused"];

/** Everything that is sent again after a copy of the store was found has its result already. */
function unsentCommands(store: Store): PromiseLike<CommandRecord[]> {
  const { minKey, maxKey } = Dexie;
  const queue = store.commands.where("[unsent+seq]").between([1, minKey], [1, maxKey]);
  return queue.filter((command) => !hasResult(command)).toArray();
}

function hasResult(command: CommandRecord): boolean {
  return command.result !== undefined;
}

export function countsOf(
  queue: CommandRecord[],
  files: FileRecord[],
  more: { unsigned: number; troubles: number },
): Counts {
  const open = files.filter(({ status }) => status === "waiting" || status === "sending");
  const moments = [...queue, ...open].map(({ at }) => at).sort();
  return {
    unsentCommands: withoutAnnouncements(queue, open).length,
    unsentFiles: open.length,
    unsentBytes: open.reduce((sum, { size, sentBytes }) => sum + size - sentBytes, 0),
    unreceipted: more.unsigned + files.filter(({ status }) => status === "stored").length,
    oldestUnsentAt: moments[0] ?? null,
    troubles: more.troubles,
    refusedFiles: files.filter(({ status }) => status === "refused").length,
  };
}

export interface Tab {
  isLeader: boolean;
  isOnline: boolean;
  /** How much is on its way into the store. */
  recording: number;
}

export function statusOf(stored: Facts, tab: Tab): SyncStatus {
  const facts = { ...stored, counts: withRecording(stored.counts, tab.recording) };
  const { counts, feed, network, vanished } = facts;
  const { refusedFiles: _refused, ...shown } = counts;
  const isOnline = tab.isOnline && network.online;
  const error = network.error ?? (vanished && { code: "store-vanished", at: vanished.at });
  return {
    phase: phaseOf(facts, isOnline),
    isOnline,
    isLeader: tab.isLeader,
    ...shown,
    lastSyncAt: network.lastSyncAt,
    rowsReceived: feed.received,
    isLoaded: feed.complete,
    clockSkewMs: network.clockSkewMs,
    ...(error ? { error } : {}),
  };
}

/** Where nothing else waits, what is being recorded does: it is not safe either. */
function withRecording(counts: Counts, recording: number): Counts {
  const isCounted = counts.unsentCommands + counts.unsentFiles > 0;
  return isCounted ? counts : { ...counts, unsentCommands: recording };
}

export function phaseOf({ counts, feed, network }: Facts, isOnline: boolean): Phase {
  if (network.revoked) return "revoked";
  if (network.signedOut) return "signed-out";
  if (!isOnline) return "offline";
  if (network.error) return "trouble";
  if (!feed.complete) return "first-load";
  const unsafe = counts.unsentCommands + counts.unsentFiles + counts.unreceipted;
  if (unsafe === 0) return counts.refusedFiles > 0 && counts.troubles > 0 ? "waiting" : "safe";
  return network.busy ? "syncing" : "waiting";
}
