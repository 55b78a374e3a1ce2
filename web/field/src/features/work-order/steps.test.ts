import { expect, test } from "vitest";
import { missingSteps, readingOf } from "./steps.ts";
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

test("missing are the required steps without an answer, in their order", () => {
  const tasks = [
    aTask({ id: "c", position: 3 }),
    aTask({ id: "a", position: 1 }),
    aTask({ id: "b", position: 2, value: true }),
    aTask({ id: "d", position: 4, is_required: false }),
  ];

  expect(missingSteps(tasks).map((task) => task.id)).toEqual(["a", "c"]);
});
