import { expect, test } from "vitest";
import type { HistoryEntry } from "../../app/records.ts";
import { texts } from "../../texts.ts";
import { actorWords, eventWords } from "./event-words.ts";

const known = {
  names: new Map([
    ["e1", "Ana Machado"],
    ["k1", "Test run good"],
    ["p1", "Filter drier"],
  ]),
};

function entry(type: string, payload: Record<string, unknown> = {}, change = {}): HistoryEntry {
  return {
    id: "1",
    type,
    entity_kind: "ticket",
    entity_id: "t",
    actor_kind: "user",
    actor_id: "u",
    actor_name: "Inês Moreira",
    occurred_at: "",
    recorded_at: "",
    payload,
    ...change,
  };
}

test.each<[string, Record<string, unknown>, string, string]>([
  [
    "ticket.opened",
    { priority: "high", channel: "phone" },
    "reported the problem (by phone), priority High.",
    "上报了问题（电话报修），优先级高。",
  ],
  [
    "ticket.reopened",
    { reason: "Still warm" },
    "opened the ticket again. “Still warm”",
    "重新打开了工单。“Still warm”",
  ],
  [
    "work_order.engineer_assigned",
    { engineer_id: "e1" },
    "gave the work to Ana Machado.",
    "将作业派给Ana Machado。",
  ],
  [
    "work_order.engineer_assigned",
    { engineer_id: null },
    "took the work back; nobody is booked.",
    "收回了作业，目前无人承接。",
  ],
  [
    "work_order.task_answered",
    { task_id: "k1", range_flag: "above" },
    "answered “Test run good” with a value out of range.",
    "填写了检查项“Test run good”，数值超出范围。",
  ],
  [
    "work_order.part_fitted",
    { part_id: "p1", quantity: 1500 },
    "fitted 1.5 × Filter drier.",
    "装上了 1.5 × Filter drier。",
  ],
  [
    "ticket.changed",
    { fields: ["priority", "due_at", "secret"] },
    "corrected the ticket: priority, due time.",
    "更正了工单：优先级、期限。",
  ],
  ["moon.rose", {}, "changed something.", "作了更改。"],
])("%s %o", (type, payload, en, zh) => {
  expect(eventWords(texts("en"), entry(type, payload), known)).toBe(en);
  expect(eventWords(texts("zh-CN"), entry(type, payload), known)).toBe(zh);
});

test("the platform and devices act under their own names", () => {
  expect(actorWords(texts("en"), entry("x", {}, { actor_kind: "system" }))).toBe("The platform");
  expect(
    actorWords(texts("zh-CN"), entry("x", {}, { actor_kind: "device", actor_name: "pump-7" })),
  ).toBe("设备 pump-7");
});
