/** How what a work order needs stands against what lies in the van and what was fitted. */
import type { FittedPart, PartNeed } from "../work-order/documents.ts";
import type { PartReadiness } from "./props.ts";
import { thousandthsOf } from "./quantity.ts";

/** Thousandths by part: what lies in the engineer's van. */
export type VanStock = ReadonlyMap<string, number>;

export type NeedState = "fitted" | "van" | "partly" | "reserved" | "missing";

export interface NeedLine {
  need: PartNeed;
  /** Thousandths of the part's unit. */
  needed: number;
  fitted: number;
  onVan: number;
  state: NeedState;
}

/** Each part that is needed, with where it is now. */
export function needLines(needs: PartNeed[], fitted: FittedPart[], van: VanStock): NeedLine[] {
  return needs.map((need) => {
    const needed = thousandthsOf(need.quantity);
    const done = fitted
      .filter((part) => part.part_id === need.part_id)
      .reduce((sum, part) => sum + thousandthsOf(part.quantity), 0);
    const onVan = Math.max(0, van.get(need.part_id) ?? 0);
    const open = needed - done;
    return { need, needed, fitted: done, onVan, state: stateOf(need, open, onVan) };
  });
}

function stateOf(need: PartNeed, open: number, onVan: number): NeedState {
  if (open <= 0) return "fitted";
  if (onVan >= open) return "van";
  if (onVan > 0) return "partly";
  return thousandthsOf(need.reserved) > 0 ? "reserved" : "missing";
}

/** Whether the engineer can drive off: everything that is still needed lies in the van. */
export function partReadiness(
  needs: PartNeed[],
  fitted: FittedPart[],
  van: VanStock,
): PartReadiness {
  if (needs.length === 0) return { kind: "none-needed" };
  const missing = needLines(needs, fitted, van).filter(
    (line) => line.state !== "fitted" && line.state !== "van",
  );
  if (missing.length === 0) return { kind: "ready" };
  return { kind: "missing", numbers: missing.map((line) => line.need.number) };
}
