import { expect, test } from "vitest";
import { calendarDay, clockTime, minutesText, relativeTime } from "./format.ts";

const AT = "2026-11-22T13:05:00Z";

test("a time is told in the zone asked for", () => {
  expect(clockTime(AT, "en", "Europe/Lisbon")).toBe("13:05");
  expect(clockTime(AT, "zh-CN", "Asia/Shanghai")).toBe("21:05");
});

test("a day is written the way of the language", () => {
  expect(calendarDay(AT, "en", "UTC")).toBe("Sun, Nov 22");
  expect(calendarDay(AT, "zh-CN", "UTC")).toBe("11月22日周日");
});

test.each([
  ["2026-11-22T13:03:00Z", "en", "2 min. ago"],
  ["2026-11-22T15:05:00Z", "zh-CN", "2小时后"],
  ["2026-11-22T13:04:59Z", "en", "this minute"],
] as const)("%s is told relative to now", (at, language, expected) => {
  expect(relativeTime(at, new Date(AT), language)).toBe(expected);
});

test.each([
  [25, "en", "25 min"],
  [60, "en", "1 h"],
  [85, "zh-CN", "1小时25分钟"],
] as const)("%d minutes in %s", (minutes, language, expected) => {
  expect(minutesText(minutes, language)).toBe(expected);
});
