import { type Effects, listOf, onWorkOrder, type Reducer, withItem } from "./reducer.ts";

const answer: Reducer = (doc, command) => {
  if (!doc) return doc;
  const { task_id, value = null, is_not_applicable = false, remark = "" } = command.args;
  const given = {
    value,
    is_not_applicable,
    remark,
    answered_at: command.at,
    answered_by: command.by,
  };
  const tasks = listOf(doc["tasks"]).map((task) =>
    task["id"] === task_id ? { ...task, ...given } : task,
  );
  return { ...doc, tasks };
};

const reading: Reducer = (doc, command) => {
  if (!doc) return doc;
  const { id = command.id, name, value, unit = "", taken_at = command.at } = command.args;
  const taken = { id, name, value, unit, taken_at, taken_by: command.by };
  return { ...doc, readings: withItem(doc["readings"], taken) };
};

export const checklistEffects: Effects = {
  "task.answer": { touch: onWorkOrder, reduce: { work_order: answer } },
  "reading.take": { touch: onWorkOrder, reduce: { work_order: reading } },
};
