import type { CommandRecord, Doc } from "../store.ts";
import type { CommandType, Kind, NewCommand } from "../types.ts";

/**
 * How a command looks before the server has confirmed it. Reducers are pure and may be applied to
 * a document that already shows the effect: they then change nothing.
 */
export type Reducer = (doc: Doc | undefined, command: Recorded) => Doc | undefined;

export type Recorded = Pick<
  CommandRecord,
  "id" | "type" | "entityId" | "args" | "at" | "by" | "context"
>;

/** What can be looked up while a command is recorded. */
export interface Look {
  displayName: string;
  engineerId: string | null;
  row(kind: Kind, id: string): Promise<Doc | undefined>;
  find(kind: Kind, wanted: (doc: Doc) => boolean): Promise<Doc[]>;
}

export interface Touched {
  keys: { kind: Kind; id: string }[];
  context?: Doc;
}

export interface Effect {
  /** The rows that a command is about; decided once, when it is recorded. */
  touch(command: NewCommand, look: Look): Promise<Touched> | Touched;
  reduce: Partial<Record<Kind, Reducer>>;
}

export type Effects = Partial<Record<CommandType, Effect>>;

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function listOf(value: unknown): Doc[] {
  return Array.isArray(value) ? (value as Doc[]) : [];
}

/** `items` with `added` at the end, unless one with the same name is there. */
export function withItem(items: unknown, added: Doc, name = "id"): Doc[] {
  const list = listOf(items);
  return list.some((item) => item[name] === added[name]) ? list : [...list, added];
}

/** Thousandths of a decimal text, as the server counts quantities. */
export function thousandths(value: unknown): number {
  return Math.round(Number(text(value) || "0") * 1000);
}

export function quantityText(parts: number): string {
  return String(parts / 1000);
}

export const onWorkOrder = (command: NewCommand): Touched => ({
  keys: [{ kind: "work_order", id: command.entityId }],
});
