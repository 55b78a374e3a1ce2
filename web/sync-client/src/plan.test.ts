import { describe, expect, it } from "vitest";
import {
  batchOf,
  bytesOf,
  delayAfter,
  FIRST_PAGE,
  isStuck,
  LARGEST_PAGE,
  MAX_PUSH_BYTES,
  nextPageSize,
  SMALLEST_PAGE,
  smallerPage,
} from "./plan.ts";
import { randomly } from "./testing/randomly.ts";

describe("batches", () => {
  it("are never empty, never too long and keep the order, whatever the sizes", () => {
    randomly(30, (chance) => {
      const commands = Array.from({ length: 1 + chance(150) }, (_, seq) => ({
        seq,
        text: "x".repeat(chance(8) === 0 ? chance(300_000) : chance(2000)),
      }));
      const batch = batchOf(commands);
      expect(batch).toEqual(commands.slice(0, batch.length));
      expect(batch.length).toBeGreaterThan(0);
      expect(batch.length).toBeLessThanOrEqual(100);
      if (batch.length > 1) {
        expect(batch.reduce((sum, one) => sum + bytesOf(one), 0)).toBeLessThanOrEqual(
          MAX_PUSH_BYTES,
        );
      }
    });
  });

  it("count bytes, not characters", () => {
    expect(bytesOf("工单")).toBe(8);
  });
});

describe("back-off", () => {
  it("grows, stays within its bounds and never gives up", () => {
    randomly(200, (chance) => {
      const failures = 1 + chance(10_000);
      const delay = delayAfter(failures, { first: 1000, longest: 30_000 }, chance(1000) / 1000);
      expect(delay).toBeGreaterThanOrEqual(500);
      expect(delay).toBeLessThanOrEqual(30_000);
    });
    expect(delayAfter(1, undefined, 1)).toBe(1000);
    expect(delayAfter(4, undefined, 1)).toBe(8000);
  });

  it("spreads a fleet", () => {
    expect(delayAfter(3, undefined, 0)).toBeLessThan(delayAfter(3, undefined, 1));
  });

  it("waits at least as long as the server asks", () => {
    expect(delayAfter(1, undefined, 0.5, 20_000)).toBe(20_000);
  });
});

describe("page sizes", () => {
  it("grow on a fast line and shrink on a slow one, within their bounds", () => {
    expect(nextPageSize(FIRST_PAGE, 100)).toBe(800);
    expect(nextPageSize(800, 100)).toBe(LARGEST_PAGE);
    expect(nextPageSize(200, 3000)).toBe(200);
    expect(nextPageSize(200, 9000)).toBe(100);
    expect(smallerPage(SMALLEST_PAGE)).toBe(SMALLEST_PAGE);
  });
});

describe("the watchdog", () => {
  const hung = { unsent: 1, online: true, sinceAttempt: 61_000, allowed: true };

  it("bites when there is work and a network, and nothing has been tried for a minute", () => {
    expect(isStuck(hung)).toBe(true);
  });

  it.each([{ unsent: 0 }, { online: false }, { sinceAttempt: 59_000 }, { allowed: false }])(
    "leaves the loop alone: %o",
    (change) => expect(isStuck({ ...hung, ...change })).toBe(false),
  );
});
