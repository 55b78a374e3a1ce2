import { describe, expect, it } from "vitest";
import { matchCode, printable } from "./codes.ts";

const PARTS = [
  { id: "1", number: "CP-101" },
  { id: "2", number: "CP-102" },
  { id: "3", number: "M 506/3" },
  { id: "4", number: "密封-24" },
];
const idOf = (code: string) => {
  const match = matchCode(code, PARTS);
  return match.kind === "found" ? match.part.id : match.kind;
};

describe("a scanned code", () => {
  it.each([
    ["CP-101", "1"],
    ["  cp-101\n", "1"],
    ["CP101", "1"],
    ["CP–102", "2"],
    ["ＣＰ－１０１", "1"],
    ["m506/3", "3"],
    ["密封-24", "4"],
    ["https://parts.example/p/CP-102", "2"],
    ["https://parts.example/?part=CP-101&lot=7", "1"],
    ["part:CP-101", "1"],
    ['{"number":"CP-102","lot":7}', "2"],
    ["01095040000591011724010110ABC\x1d240CP-101", "1"],
    ["(01)09504000059101(240)CP-102(10)ABC", "2"],
  ])("%j is a part", (code, id) => {
    expect(idOf(code)).toBe(id);
  });

  it.each([
    "WIFI:S:guest;T:WPA;P:secret;;",
    "9783161484100",
    "",
    "   ",
    "https://",
    "{",
    "%%%",
    "☃",
  ])("%j is no part we know", (code) => {
    expect(idOf(code)).toBe("unknown");
  });

  it("a part of a number is not the part", () => {
    expect(idOf("CP-10")).toBe("unknown");
  });

  it("that two parts have when hyphens do not count is left to the engineer", () => {
    const alike = [
      { id: "a", number: "AB-12" },
      { id: "b", number: "A-B12" },
    ];

    expect(matchCode("AB12", alike)).toEqual({ kind: "several", parts: alike });
    expect(matchCode("AB-12", alike)).toMatchObject({ kind: "found", part: { id: "a" } });
  });
});

describe("a code as it is shown", () => {
  it("has no control characters and no hidden direction marks", () => {
    expect(printable("A\x00B\x1dC\u202eD\ud800")).toBe("A B C D");
  });

  it("is cut when it is long, between characters", () => {
    const shown = printable("🔧".repeat(100));

    expect([...shown]).toHaveLength(61);
    expect(shown.endsWith("🔧…")).toBe(true);
  });
});
