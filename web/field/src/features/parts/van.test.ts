import { describe, expect, it } from "vitest";
import { needLines, partReadiness } from "./part-readiness.ts";
import { searchParts, stockedParts, vansOf, vanStock } from "./van.ts";

const part = (id: string, number: string, name: string, archived_at: string | null = null) => ({
  id,
  number,
  name,
  unit: "pcs",
  archived_at,
});
const need = (part_id: string, quantity: string, reserved = "0") => ({
  part_id,
  number: part_id.toUpperCase(),
  name: part_id,
  unit: "pcs",
  quantity,
  reserved,
});
const fitted = (part_id: string, quantity: string) => ({
  move_id: `${part_id}-move`,
  repair_id: "r",
  part_id,
  number: part_id,
  name: part_id,
  unit: "pcs",
  quantity,
  found: "0",
});

describe("the van", () => {
  it("is that of the engineer, not an archived one and no warehouse", () => {
    const locations = [
      { id: "v1", kind: "van" as const, engineer_id: "e1", archived_at: null },
      { id: "v2", kind: "van" as const, engineer_id: "e2", archived_at: null },
      { id: "v3", kind: "van" as const, engineer_id: "e1", archived_at: "2026-01-01T00:00:00Z" },
      { id: "w", kind: "warehouse" as const, engineer_id: null, archived_at: null },
    ];

    expect([...vansOf(locations, "e1")]).toEqual(["v1"]);
  });

  it("holds the sum of its levels", () => {
    const levels = [
      { part_id: "p", location_id: "v1", on_hand: "2" },
      { part_id: "p", location_id: "w", on_hand: "40" },
      { part_id: "q", location_id: "v1", on_hand: "0.5" },
    ];

    expect([...vanStock(levels, new Set(["v1"]))]).toEqual([
      ["p", 2000],
      ["q", 500],
    ]);
  });

  it("offers archived parts only while they lie in it", () => {
    const parts = [part("a", "A-1", "old", "2026-01-01T00:00:00Z"), part("b", "B-10", "new")];

    expect(stockedParts(parts, new Map()).map(({ id }) => id)).toEqual(["b"]);
    expect(stockedParts(parts, new Map([["a", 1000]])).map(({ id }) => id)).toEqual(["a", "b"]);
  });
});

describe("a search", () => {
  const parts = stockedParts(
    [
      part("seal", "CP-101", "Mechanical shaft seal 24 mm"),
      part("rings", "CP-102", "O-ring set, pump housing"),
      part("cut", "X-9", "Joint d'étanchéité"),
      part("zh", "WK-207", "温度传感器 NTC 10k"),
      part("pump", "P-1", "Pump CP"),
    ],
    new Map([["rings", 1000]]),
  );
  const found = (typed: string) => searchParts(parts, typed).map(({ id }) => id);

  it("finds numbers without their hyphens, before names, the van first", () => {
    expect(found("cp1")).toEqual(["rings", "seal"]);
    expect(found("cp")).toEqual(["rings", "seal", "pump"]);
  });

  it("finds all words in any order, without accents, and Chinese", () => {
    expect(found("24 seal")).toEqual(["seal"]);
    expect(found("etancheite")).toEqual(["cut"]);
    expect(found("传感器")).toEqual(["zh"]);
  });

  it("without words is everything and with nonsense nothing", () => {
    expect(found(" ")).toHaveLength(5);
    expect(found("🛠️ nope")).toEqual([]);
  });
});

describe("what a work order needs", () => {
  it.each([
    ["2", "0", "2", "0", "fitted"],
    ["2", "0", "1", "1", "van"],
    ["2", "0", "0", "1", "partly"],
    ["2", "2", "0", "0", "reserved"],
    ["2", "0", "0", "0", "missing"],
  ])("%s needed, %s reserved, %s fitted, %s in the van: %s", (n, reserved, done, van, state) => {
    const [line] = needLines(
      [need("p", n, reserved)],
      done === "0" ? [] : [fitted("p", done)],
      new Map([["p", Number(van) * 1000]]),
    );

    expect(line?.state).toBe(state);
  });

  it("is ready when nothing is missing in the van", () => {
    const needs = [need("p", "1"), need("q", "1", "1")];

    expect(partReadiness([], [], new Map())).toEqual({ kind: "none-needed" });
    expect(partReadiness(needs, [fitted("q", "1")], new Map([["p", 1000]]))).toEqual({
      kind: "ready",
    });
    expect(partReadiness(needs, [], new Map([["p", 1000]]))).toEqual({
      kind: "missing",
      numbers: ["Q"],
    });
  });
});
