import { expect, test } from "vitest";
import { isAnswered, missingSteps, progressOf, rangeFlag, readingOf } from "./steps.ts";
import { aTask } from "./samples.ts";

test.each([
  ["3.5", "3.5"],
  ["3,5", "3.5"],
  ["３．５", "3.5"],
  ["-12", "-12"],
  ["−12", "-12"],
  [" 1 200.25 ", "1200.25"],
  ["+7", "7"],
  [".5", "0.5"],
  ["5.", "5"],
  ["3。5", "3.5"],
])("%j is the reading %s", (typed, expected) => {
  expect(readingOf(typed)).toBe(expected);
});

test.each(["", "abc", "1.2.3", "1,200,3", "12 bar", "NaN", "∞", "1e5", "1".repeat(16)])(
  "%j is no reading",
  (typed) => {
    expect(readingOf(typed)).toBeNull();
  },
);

test.each([
  ["8", "1", "8", "in_range"],
  ["1", "1", "8", "in_range"],
  ["8.000000001", "1", "8", "above"],
  ["0.999999999", "1", "8", "below"],
  ["-5", "-4.5", null, "below"],
  ["-4", "-4.5", "-1", "in_range"],
  ["100", null, null, "unlimited"],
  // 0.1 + 0.2 in binary is not 0.3; the limits are decimals.
  ["0.3", null, "0.3", "in_range"],
] as const)("%s between %s and %s is %s", (value, low, high, expected) => {
  expect(rangeFlag(value, low, high)).toBe(expected);
});

test("a step that was looked at and not done is not done", () => {
  expect(isAnswered(aTask({ value: false }))).toBe(false);
  expect(isAnswered(aTask({ value: true }))).toBe(true);
});

test("a step that does not apply needs its reason", () => {
  expect(isAnswered(aTask({ is_not_applicable: true, remark: " " }))).toBe(false);
  expect(isAnswered(aTask({ is_not_applicable: true, remark: "no valve here" }))).toBe(true);
});

test("a text of spaces is no answer", () => {
  expect(isAnswered(aTask({ kind: "text", value: "  " }))).toBe(false);
});

test("missing are the required steps without an answer, in their order", () => {
  const tasks = [
    aTask({ id: "c", position: 3 }),
    aTask({ id: "a", position: 1 }),
    aTask({ id: "b", position: 2, value: true }),
    aTask({ id: "d", position: 4, is_required: false }),
  ];

  expect(missingSteps(tasks).map((task) => task.id)).toEqual(["a", "c"]);
  expect(progressOf(tasks)).toEqual({ done: 1, total: 4 });
});
