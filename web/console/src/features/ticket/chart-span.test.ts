import { expect, test } from "vitest";
import { spanAround } from "./chart-span.ts";

test("a chart reaches back before the alarm and not beyond now", () => {
  const alarm = {
    raised_at: "2026-11-22T10:00:00Z",
    cleared_at: null,
    last_at: "2026-11-22T10:00:00Z",
  };

  expect(spanAround(alarm, new Date("2026-11-22T10:10:00Z"))).toEqual({
    since: "2026-11-22T08:00:00.000Z",
    until: "2026-11-22T10:11:00.000Z",
  });
});
