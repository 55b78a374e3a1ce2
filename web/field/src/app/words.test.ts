import { expect, test } from "vitest";
import { ageText, distanceText, sizeText, zoneHint } from "./words.ts";

const NOW = new Date("2026-11-22T12:00:00Z");

test.each([
  ["2026-11-22T11:59:50Z", "en", "1 min"],
  ["2026-11-22T11:18:00Z", "en", "42 min"],
  ["2026-11-22T09:30:00Z", "en", "2 h"],
  ["2026-11-21T11:00:00Z", "en", "1 day"],
  ["2026-11-19T11:00:00Z", "en", "3 days"],
  ["2026-11-19T11:00:00Z", "zh-CN", "3天"],
  ["2026-11-22T09:30:00Z", "zh-CN", "2小时"],
  // A phone whose clock went back does not show a negative age.
  ["2026-11-22T15:00:00Z", "en", "1 min"],
] as const)("what waits since %s is in %s %s old", (since, language, expected) => {
  expect(ageText(since, NOW, language)).toBe(expected);
});

test.each([
  [500, "1 kB"],
  [640_000, "640 kB"],
  [1_440_000, "1.4 MB"],
  [2_500_000_000, "2.5 GB"],
])("%d bytes are %s", (bytes, expected) => {
  expect(sizeText(bytes, "en")).toBe(expected);
});

test.each([
  [12, "50 m"],
  [340, "350 m"],
  [4_230, "4.2 km"],
  [38_400, "38 km"],
])("%d metres are %s", (metres, expected) => {
  expect(distanceText(metres, "en")).toBe(expected);
});

test("the zone is named only where its clock shows another time", () => {
  expect(zoneHint("2026-11-22T12:00:00Z", "Europe/Lisbon", "Europe/London")).toBeNull();
  expect(zoneHint("2026-11-22T12:00:00Z", "Asia/Shanghai", "Europe/London")).toBe("UTC+8");
});
