import { describe, expect, it } from "vitest";
import { canonicalJson, digestOf, type Json, storable } from "./canonical.ts";

/** Digests as the server computes them. */
const VECTORS: [Json, string][] = [
  [{}, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"],
  [
    { b: 1, a: [true, false, null, -3, 0] },
    "f41f092c3f6ad4c8643099547154e3499ffd3c425bc11b2387a15706a7b1777f",
  ],
  [
    {
      "\u20ac": "€",
      "\r": "CR\r\n\t",
      "1": "One",
      "\u{1f600}": "😀",
      "\ufb33": "\u05d3\u05bc",
      é: "e\u0301",
      '"\\/': "\b\f\x7f\u2028",
    },
    "36192280f8f6895403f5873ad65e9b8c000154ce8710e486659399517fb9932e",
  ],
  [
    { 客户: "王小明", 工单: ["更换机械密封 24 mm", { 数量: "1.5" }] },
    "1b93938029506087b68acf3be126f68d6bbab87950b70b1afc7a346dfb353df3",
  ],
  [
    { n: 2 ** 53 - 1, z: { y: { x: [] } }, "": "" },
    "a722b593c39f273269880d29a086c221003107b5f69c6e84d540020705471c46",
  ],
];

describe("canonical JSON", () => {
  it.each(VECTORS)("%j has the digest that the server computes", async (document, digest) => {
    expect(await digestOf(document)).toBe(digest);
  });

  it("sorts keys by UTF-16 units, an emoji before a ligature", () => {
    expect(canonicalJson({ "\ufb33": 1, "😀": 2, a: 3 })).toBe('{"a":3,"😀":2,"\ufb33":1}');
  });

  it("has no minus zero and refuses fractions and lost digits", () => {
    expect(canonicalJson(-0)).toBe("0");
    for (const wrong of [1.5, 2 ** 53, Number.NaN, Infinity])
      expect(() => canonicalJson(wrong)).toThrow(TypeError);
  });
});

describe("text that the server can store", () => {
  it("has no control characters but tabs and line ends", () => {
    expect(storable("a\x00b\x07c\td\ne\x7f")).toBe("abc\td\ne");
  });

  it("keeps whole characters and replaces halves", () => {
    expect(storable("👩‍🔧 \ud83d עברית \udd27x")).toBe("👩‍🔧 \ufffd עברית \ufffdx");
  });
});
