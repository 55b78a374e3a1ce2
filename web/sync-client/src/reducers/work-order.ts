import {
  type Effects,
  type Look,
  onWorkOrder,
  type Reducer,
  text,
  type Touched,
} from "./reducer.ts";
import type { NewCommand } from "../types.ts";

const OPEN_BOOKINGS = ["proposed", "confirmed", "travelling", "on_site"];

const start: Reducer = (doc, command) => {
  if (!doc || !["ready", "on_hold"].includes(text(doc["state"]))) return doc;
  return { ...doc, state: "in_progress", started_at: doc["started_at"] ?? command.at };
};

const pause: Reducer = (doc) =>
  doc?.["state"] === "in_progress" ? { ...doc, state: "on_hold" } : doc;

const complete: Reducer = (doc, command) => {
  if (doc?.["state"] !== "in_progress") return doc;
  const summary = text(command.args["summary"]) || doc["summary"];
  return { ...doc, state: "done", completed_at: command.at, summary };
};

const signOff: Reducer = (doc, command) => {
  if (!doc || doc["sign_off"]) return doc;
  const { signer_name, document, digest, attachment_id = null } = command.args;
  const sign_off = {
    id: command.args["id"] ?? command.id,
    work_order_id: command.entityId,
    signer_name,
    document,
    digest,
    attachment_id,
    signed_at: command.at,
    recorded_at: command.at,
    recorded_by: command.by,
  };
  return { ...doc, sign_off };
};

/** Who starts has arrived, who has completed the work is free: the booking follows. */
const arrived: Reducer = (doc, command) =>
  doc && ["confirmed", "travelling"].includes(text(doc["state"]))
    ? { ...doc, state: "on_site", on_site_at: doc["on_site_at"] ?? command.at }
    : doc;

const left: Reducer = (doc, command) =>
  doc && OPEN_BOOKINGS.includes(text(doc["state"]))
    ? { ...doc, state: "finished", finished_at: command.at }
    : doc;

async function withBooking(command: NewCommand, look: Look): Promise<Touched> {
  const bookings = await look.find(
    "booking",
    (doc) =>
      doc["work_order_id"] === command.entityId && OPEN_BOOKINGS.includes(text(doc["state"])),
  );
  const own = bookings.map((doc) => ({ kind: "booking" as const, id: text(doc["id"]) }));
  return { keys: [...onWorkOrder(command).keys, ...own] };
}

export const workOrderEffects: Effects = {
  "work_order.start": { touch: withBooking, reduce: { work_order: start, booking: arrived } },
  "work_order.pause": { touch: onWorkOrder, reduce: { work_order: pause } },
  "work_order.complete": { touch: withBooking, reduce: { work_order: complete, booking: left } },
  "work_order.sign_off": { touch: onWorkOrder, reduce: { work_order: signOff } },
};
