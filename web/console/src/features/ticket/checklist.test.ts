import { expect, test } from "vitest";
import type { Task } from "../../app/records.ts";
import { flagOf, progressOf } from "./checklist.ts";
import { signedLines, signedPaper } from "./signed-text.ts";
import { spanAround } from "./chart-span.ts";

const task = (change: Partial<Task>): Task => ({
  answered_at: null,
  answered_by: null,
  choices: [],
  id: "1",
  is_not_applicable: false,
  is_required: true,
  kind: "check",
  maximum: null,
  minimum: null,
  position: 1,
  remark: "",
  title: "",
  unit: "",
  value: null,
  ...change,
});

test("a step that does not apply is answered; an optional open one does not count", () => {
  const tasks = [
    task({ value: false }),
    task({ is_not_applicable: true }),
    task({}),
    task({ is_required: false }),
  ];

  expect(progressOf(tasks)).toEqual({ answered: 2, all: 3, isComplete: false });
});

test.each([
  ["0.5", "below"],
  ["1", "in"],
  ["8.000", "in"],
  ["8.1", "above"],
])("a reading of %s lies %s its limits", (value, flag) => {
  expect(flagOf(task({ kind: "reading", value, minimum: "1", maximum: "8" }))).toBe(flag);
});

test("the signed text names answers and parts, and no ids", () => {
  const lines = signedLines({
    work_order_id: "01a20377-26f5-7ad5-8cab-184176f605bb",
    summary: "Works again",
    tasks: [{ title: "Pressure", value: "2.5", unit: "bar" }],
    parts: [{ name: "Filter", quantity: "1", unit: "pcs" }],
  });

  expect(lines).toEqual([
    { name: "summary", value: "Works again" },
    { name: "Pressure", value: "2.5 bar" },
    { name: "Filter", value: "1 pcs" },
  ]);
});

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

test("the paper of the field app is read as it was shown; strange parts are left empty", () => {
  const lines = [{ label: "Site", value: "Plant 1" }, null, { label: 7 }];
  const document = { v: 1, language: "en", title: "Work report", consent: "I agree." };

  expect(signedPaper({ ...document, sections: [{ heading: "Work", lines }] })?.sections).toEqual([
    {
      heading: "Work",
      lines: [
        { label: "Site", value: "Plant 1" },
        { label: "", value: "" },
        { label: "", value: "" },
      ],
    },
  ]);
  expect(signedPaper({ summary: "made elsewhere" })).toBeNull();
});
