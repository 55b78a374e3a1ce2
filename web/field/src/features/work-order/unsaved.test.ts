import { expect, test } from "vitest";
import type { Task } from "./documents.ts";
import { aWorkOrder } from "./samples.ts";
import { anchorOf, readUnsaved } from "./unsaved.ts";

const TASK = {
  id: "task-1",
  title: "Bearing temperature",
  value: "71.5",
  is_not_applicable: false,
  remark: "",
} as Task;

function typed(drafts: Record<string, unknown>) {
  const client = { draft: { get: async (key: string) => drafts[key] } };
  return readUnsaved(client as never, aWorkOrder({ id: "work-1", tasks: [TASK] }));
}

test.each([
  ["repair work-1", { action: "Greased", cause: "", fault_code_id: null }, "repairs"],
  ["reading work-1", { name: "", value: "8", unit: "" }, "readings"],
  ["note ticket-1", { body: "Come back on Monday", isForCustomer: false }, "notes"],
  ["step task-1", "about 80", "step-task-1"],
  ["step task-1", "", "step-task-1"],
  ["remark task-1", { remark: "No sensor", isNotApplicable: false }, "step-task-1"],
  ["remark task-1", { remark: "", isNotApplicable: true }, "step-task-1"],
])("what stands in the draft %s is not saved", async (key, value, anchor) => {
  const found = await typed({ [key]: value });

  expect(found.map(anchorOf)).toEqual([anchor]);
});

test("what is empty, or what is recorded already, is nothing to save", async () => {
  const found = await typed({
    "repair work-1": { action: " ", cause: "", fault_code_id: "code-1" },
    "reading work-1": { name: "", value: "", unit: "" },
    "note ticket-1": { body: "\n", isForCustomer: true },
    "step task-1": "71.5 ",
    "remark task-1": { remark: "", isNotApplicable: false },
  });

  expect(found).toEqual([]);
});
