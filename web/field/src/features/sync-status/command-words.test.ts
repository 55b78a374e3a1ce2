import { expect, test } from "vitest";
import { texts } from "../../texts.ts";
import "../../texts-late.ts";
import { aCommand, aTask, aWorkOrder } from "../work-order/samples.ts";
import { commandWords, reasonKey } from "./command-words.ts";

const words = texts("en");

test("an answer is named by its step", () => {
  const command = aCommand({ type: "task.answer", args: { task_id: "task-1", value: true } });

  const work = aWorkOrder({ tasks: [aTask()] }).doc;
  expect(commandWords(command, words, work)).toBe("Checklist: Test run good");
  expect(commandWords(command, texts("zh-CN"), work)).toBe("检查项：Test run good");
});

test("a long text is cut between characters, never inside one", () => {
  const command = aCommand({ type: "ticket.note", args: { body: "🔧".repeat(80) } });

  expect(commandWords(command, words)).toBe(`Note: ${"🔧".repeat(60)}…`);
});

test("no code of the server is ever shown", () => {
  const unknown = aCommand({ status: "refused", code: "some-new-code" });

  expect(reasonKey(unknown, words)).toBe("sync.reason.refused");
  expect(reasonKey({ ...unknown, status: "parked" }, words)).toBe("sync.reason.other");
  expect(reasonKey({ ...unknown, code: "not-your-work" }, words)).toBe("sync.reason.not-your-work");
});
