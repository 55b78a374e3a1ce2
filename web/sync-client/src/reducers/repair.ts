import type { Doc } from "../store.ts";
import type { NewCommand } from "../types.ts";
import {
  type Effects,
  listOf,
  type Look,
  onWorkOrder,
  quantityText,
  type Reducer,
  text,
  thousandths,
  type Touched,
  withItem,
} from "./reducer.ts";

const repair: Reducer = (doc, command) => {
  if (!doc) return doc;
  const asset = doc["asset"] as Doc | null | undefined;
  const {
    id = command.id,
    action,
    cause = "",
    fault_code_id = doc["fault_code_id"],
  } = command.args;
  const made = {
    id,
    work_order_id: command.entityId,
    asset_id: doc["asset_id"] ?? asset?.["id"] ?? null,
    fault_code_id: fault_code_id ?? null,
    cause,
    action,
    occurred_at: command.at,
    recorded_at: command.at,
    recorded_by: command.by,
  };
  return { ...doc, repairs: withItem(doc["repairs"], made) };
};

const fitted: Reducer = (doc, command) => {
  if (!doc) return doc;
  const { move_id = command.id, repair_id, part_id, quantity } = command.args;
  const list = listOf(doc["parts_fitted"]);
  if (list.some((part) => part["move_id"] === move_id)) return doc;
  const { number = "", name = "", unit = "" } = command.context;
  const fit = { move_id, repair_id, part_id, number, name, unit, quantity, found: "0" };
  const parts_needed = listOf(doc["parts_needed"]).map((need) =>
    need["part_id"] === part_id ? { ...need, reserved: less(need["reserved"], quantity) } : need,
  );
  return { ...doc, parts_fitted: [...list, fit], parts_needed };
};

/** The van gives what it has, reserved first; what was used beyond that was found in it. */
const taken: Reducer = (doc, command) => {
  if (!doc) return doc;
  const { quantity } = command.args;
  return {
    ...doc,
    on_hand: less(doc["on_hand"], quantity),
    reserved: less(doc["reserved"], quantity),
  };
};

function less(value: unknown, by: unknown): string {
  return quantityText(Math.max(0, thousandths(value) - thousandths(by)));
}

async function withVan(command: NewCommand, look: Look): Promise<Touched> {
  const partId = text(command.args["part_id"]);
  const part = await look.row("part", partId);
  const vans = await look.find(
    "stock_location",
    (doc) => doc["engineer_id"] === look.engineerId && doc["engineer_id"] !== null,
  );
  const places = new Set(vans.map((van) => van["id"]));
  const levels = await look.find(
    "stock_level",
    (doc) => doc["part_id"] === partId && places.has(doc["location_id"]),
  );
  const level = levels.slice(0, 1).map((doc) => ({
    kind: "stock_level" as const,
    id: text(doc["id"]),
  }));
  const context = { number: part?.["number"], name: part?.["name"], unit: part?.["unit"] };
  return { keys: [...onWorkOrder(command).keys, ...level], context };
}

export const repairEffects: Effects = {
  "repair.record": { touch: onWorkOrder, reduce: { work_order: repair } },
  "part.consume": { touch: withVan, reduce: { work_order: fitted, stock_level: taken } },
};
