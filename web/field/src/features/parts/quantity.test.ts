import { describe, expect, it } from "vitest";
import { decimalOf, isCounted, parseQuantity, stepped, thousandthsOf } from "./quantity.ts";

describe("a typed quantity", () => {
  it.each([
    ["1", "pcs", 1000],
    [" 12 ", "pcs", 12_000],
    ["2,5", "kg", 2500],
    ["2.5", "kg", 2500],
    [".5", "l", 500],
    ["0.125", "l", 125],
    ["1.500", "m", 1500],
    ["１２．５", "kg", 12_500],
    ["1.0", "pcs", 1000],
    ["+3", "pcs", 3000],
    ["007", "pcs", 7000],
  ])("%j %s is read", (typed, unit, thousandths) => {
    expect(parseQuantity(typed, unit)).toEqual({ thousandths });
  });

  it.each([
    ["", "pcs", "empty"],
    ["  ", "pcs", "empty"],
    ["one", "pcs", "not-a-number"],
    ["1.2.3", "kg", "not-a-number"],
    ["-1", "pcs", "not-a-number"],
    ["1e3", "kg", "not-a-number"],
    [".", "kg", "not-a-number"],
    ["٣", "pcs", "not-a-number"],
    ["0", "pcs", "zero"],
    ["0.000", "kg", "zero"],
    ["0.0001", "kg", "too-fine"],
    ["1.5", "pcs", "whole-only"],
    ["1.5", "件", "whole-only"],
    ["1000000", "pcs", "too-much"],
    ["99999999999999999999", "kg", "too-much"],
  ])("%j %s is refused as %s", (typed, unit, problem) => {
    expect(parseQuantity(typed, unit)).toEqual({ problem });
  });
});

describe("decimals of the wire", () => {
  it("go there and back without loss", () => {
    for (const thousandths of [1, 10, 100, 125, 1000, 2500, 12_340, 99_999_999, -500])
      expect(thousandthsOf(decimalOf(thousandths))).toBe(thousandths);
  });

  it("have no trailing zeros", () => {
    expect([1000, 2500, 125, 10_000].map(decimalOf)).toEqual(["1", "2.5", "0.125", "10"]);
  });

  it("that are none count as nothing", () => {
    expect(thousandthsOf("many")).toBe(0);
  });
});

describe("the buttons for less and more", () => {
  it("count pieces and never reach zero", () => {
    expect(stepped(1000, 1, "pcs")).toBe(2000);
    expect(stepped(1000, -1, "pcs")).toBe(1000);
  });

  it("measure small amounts in tenths", () => {
    expect(stepped(500, 1, "l")).toBe(1500);
    expect(stepped(300, 1, "l")).toBe(400);
    expect(stepped(100, -1, "kg")).toBe(100);
    expect(stepped(2000, -1, "kg")).toBe(1000);
    expect(stepped(1000, -1, "kg")).toBe(900);
  });

  it("know what is counted in either language", () => {
    expect(["pcs", "件", "kg", "l"].map(isCounted)).toEqual([true, true, false, false]);
  });
});
