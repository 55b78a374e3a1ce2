import { expect, test } from "vitest";
import { texts } from "../texts.ts";
import { ageText, decimalText, dueWords, isLateArrival, spanText, zoneName } from "./words.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const open = { isSettled: false, now: NOW, zone: "Europe/Lisbon" };

test.each([
  ["2026-11-22T11:58:30Z", "late", "1 min late", "已逾期 1分钟"],
  ["2026-11-22T06:39:00Z", "late", "5 h 21 min late", "已逾期 5小时21分钟"],
  ["2026-11-19T12:00:00Z", "late", "3 days late", "已逾期 3天"],
  ["2026-11-22T12:40:00Z", "soon", "due in 40 min", "剩余 40分钟"],
  ["2026-11-24T11:13:00Z", "later", "due Nov 24, 11:13", "11月24日 11:13 到期"],
])("due at %s is %s", (dueAt, kind, en, zh) => {
  expect(dueWords(texts("en"), dueAt, open)).toEqual({ kind, text: en });
  expect(dueWords(texts("zh-CN"), dueAt, open)).toEqual({ kind, text: zh });
});

test("what is settled is not late", () => {
  const due = dueWords(texts("en"), "2026-11-01T00:00:00Z", { ...open, isSettled: true });

  expect(due.kind).toBe("settled");
});

test.each([
  [0, "1 min"],
  [599, "9 h 59 min"],
  [640, "10 h"],
  [2879, "47 h"],
  [2880, "2 days"],
])("%d minutes are told as %s", (minutes, expected) => {
  expect(spanText(texts("en"), minutes)).toBe(expected);
});

test("an age is told from now", () => {
  expect(ageText(texts("en"), "2026-11-22T10:45:00Z", NOW)).toBe("1 h 15 min");
});

test.each([
  ["2.500", "2.5"],
  ["1234.5", "1,234.5"],
  ["n/a", "n/a"],
])("%s is written %s", (value, expected) => {
  expect(decimalText(value, "en")).toBe(expected);
});

test("two times are told apart only when news was late", () => {
  expect(isLateArrival("2026-11-22T12:00:00Z", "2026-11-22T12:01:00Z")).toBe(false);
  expect(isLateArrival("2026-11-20T12:00:00Z", "2026-11-22T12:01:00Z")).toBe(true);
});

test.each([
  ["Europe/Lisbon", "Lisbon", "西欧时间"],
  ["America/Sao_Paulo", "Sao Paulo", "巴西利亚标准时间"],
  ["Asia/Shanghai", "Shanghai", "中国标准时间"],
])("the zone %s has a name in each language", (zone, en, zh) => {
  expect(zoneName(zone, "en")).toBe(en);
  expect(zoneName(zone, "zh-CN")).toBe(zh);
});
