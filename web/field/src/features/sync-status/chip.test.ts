import type { SyncStatus } from "@truckroll/sync-client";
import { expect, test } from "vitest";
import { chipOf } from "./chip.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const SAFE: SyncStatus = {
  phase: "safe",
  isOnline: true,
  isLeader: true,
  unsentCommands: 0,
  unsentFiles: 0,
  unsentBytes: 0,
  unreceipted: 0,
  oldestUnsentAt: null,
  lastSyncAt: "2026-11-22T11:59:00Z",
  rowsReceived: 700,
  isLoaded: true,
  clockSkewMs: 0,
  troubles: 0,
};

test.each([
  [{}, "ok", "safe", 0],
  [{ phase: "waiting", unreceipted: 2 }, "wait", "unconfirmed", 2],
  [{ phase: "waiting", unsentCommands: 2, unsentFiles: 1 }, "wait", "unsent", 3],
  [{ phase: "syncing", unsentCommands: 1 }, "busy", "sending", 1],
  [{ phase: "syncing" }, "busy", "updating", 0],
  [{ phase: "offline", isOnline: false }, "off", "offline", 0],
  [{ phase: "offline", isOnline: true, unsentFiles: 1 }, "wait", "offline-unsent", 1],
  [{ phase: "trouble", troubles: 2 }, "bad", "trouble", 2],
  [{ phase: "signed-out", unsentCommands: 4 }, "bad", "signed-out-unsent", 4],
  [{ phase: "revoked" }, "bad", "revoked", 0],
  [{ phase: "first-load" }, "busy", "loading", 700],
  [{ phase: "starting" }, "off", "starting", 0],
  [{ phase: "trouble", unsentCommands: 1 }, "bad", "problem", 1],
] as [Partial<SyncStatus>, string, string, number][])(
  "%j is shown as %s, %s, %d",
  (over, tone, text, count) => {
    expect(chipOf({ ...SAFE, ...over }, NOW)).toMatchObject({ tone, text, count });
  },
);

test("only what the server has signed for is green", () => {
  for (const over of [
    { unsentCommands: 1 },
    { unsentFiles: 1 },
    { unreceipted: 1 },
    { troubles: 1 },
  ])
    expect(chipOf({ ...SAFE, ...over }, NOW).tone).not.toBe("ok");
});

test("the age of the oldest entry is said after an hour", () => {
  const waiting = { ...SAFE, phase: "waiting", unsentCommands: 1 } as const;

  expect(chipOf({ ...waiting, oldestUnsentAt: "2026-11-22T11:30:00Z" }, NOW).since).toBeNull();
  expect(chipOf({ ...waiting, oldestUnsentAt: "2026-11-22T09:30:00Z" }, NOW).since).toBe(
    "2026-11-22T09:30:00Z",
  );
});
