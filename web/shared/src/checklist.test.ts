import { expect, test } from "vitest";
import { isAnswered, progressOf, rangeFlag, type StepAnswer } from "./checklist.ts";

const aStep = (change: Partial<StepAnswer>): StepAnswer => ({
  is_required: true,
  is_not_applicable: false,
  remark: "",
  value: null,
  ...change,
});

test.each([
  ["8", "1", "8", "in_range"],
  ["1", "1", "8", "in_range"],
  ["8.000000001", "1", "8", "above"],
  ["0.999999999", "1", "8", "below"],
  ["-5", "-4.5", null, "below"],
  ["-4", "-4.5", "-1", "in_range"],
  ["100", null, null, "unlimited"],
  ["1E3", "1", "8", "unlimited"],
  // 0.1 + 0.2 in binary is not 0.3; the limits are decimals.
  ["0.3", null, "0.3", "in_range"],
] as const)("%s between %s and %s is %s", (value, low, high, expected) => {
  expect(rangeFlag(value, low, high)).toBe(expected);
});

test("a step that was looked at and not done is not done", () => {
  expect(isAnswered(aStep({ value: false }))).toBe(false);
  expect(isAnswered(aStep({ value: true }))).toBe(true);
});

test("a step that does not apply needs its reason", () => {
  expect(isAnswered(aStep({ is_not_applicable: true, remark: " " }))).toBe(false);
  expect(isAnswered(aStep({ is_not_applicable: true, remark: "no valve here" }))).toBe(true);
});

test("a text of spaces is no answer", () => {
  expect(isAnswered(aStep({ value: "  " }))).toBe(false);
});

test("an optional step counts once it has an answer", () => {
  const open = [
    aStep({ value: true }),
    aStep({ value: false }),
    aStep({ is_not_applicable: true, remark: "no valve here" }),
    aStep({ is_required: false }),
  ];

  expect(progressOf(open)).toEqual({ done: 2, total: 3 });
  expect(progressOf([...open, aStep({ is_required: false, value: "5" })])).toEqual({
    done: 3,
    total: 4,
  });
});
