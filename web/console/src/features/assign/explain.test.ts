import type { ProposedSlot } from "@truckroll/shared/api/gen/types.gen.ts";
import { describe, expect, it } from "vitest";
import en from "../../locales/en/assign.json" with { type: "json" };
import zh from "../../locales/zh-CN/assign.json" with { type: "json" };
import { differences } from "@truckroll/shared/catalogues.ts";
import {
  figuresOf,
  isStale,
  piecesOf,
  scaleOf,
  sentenceOf,
  wholeMinutes,
  type Wording,
} from "./explain.ts";

const reason = (code: string, params: Record<string, unknown> = {}) => ({
  code,
  params,
  text: `server says ${code}`,
});
const slot = (more: Partial<ProposedSlot> = {}): ProposedSlot => ({
  engineer_id: "ana",
  engineer_name: "Ana",
  starts_at: "2026-11-23T09:00:00Z",
  ends_at: "2026-11-23T10:00:00Z",
  travel_seconds: 601,
  terms: { travel: 1200, lateness: 600, load: 0 },
  total_seconds: 1800,
  reasons: [],
  ...more,
});
const catalogue: Record<string, string> = en;
const wording: Wording = {
  t: (key, values) =>
    (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
  has: (key) => key in catalogue,
  minutes: (minutes) => `${minutes} min`,
  instant: (at) => at.slice(11, 16),
  day: (date) => date,
  number: (value) => value,
};

describe("the explanation of a ranking", () => {
  it("has the same texts in both languages", () => {
    expect(differences(en, zh)).toEqual([]);
  });

  it("cuts the price into pieces that add up, the dearest filling the whole bar", () => {
    const cheap = slot();
    const dear = slot({ terms: { travel: 3000, surprise: 600 }, total_seconds: 3600 });
    const dearest = scaleOf([cheap, dear]);

    expect(piecesOf(cheap, dearest)).toEqual([
      { term: "travel", seconds: 1200, percent: (100 * 1200) / 3600 },
      { term: "lateness", seconds: 600, percent: (100 * 600) / 3600 },
    ]);
    const pieces = piecesOf(dear, dearest);
    expect(pieces.map((piece) => piece.term)).toEqual(["travel", "other"]);
    expect(pieces.reduce((sum, piece) => sum + piece.percent, 0)).toBeCloseTo(100);
  });

  it("keeps bars comparable when one engineer is far off", () => {
    const at = (minutes: number) => slot({ total_seconds: minutes * 60 });

    expect(scaleOf([at(614), at(73), at(700), at(3)])).toBe(2 * 73 * 60);
    expect(scaleOf([at(3), at(20), at(614)])).toBe(3600);
    expect(scaleOf([at(3), at(20)])).toBe(20 * 60);
    expect(scaleOf([])).toBe(0);
  });

  it("writes minutes that add up to the total", () => {
    const pieces = piecesOf(
      slot({ terms: { travel: 100, waiting: 40, load: 50 }, total_seconds: 190 }),
      190,
    );

    expect(wholeMinutes(pieces, 190)).toEqual([2, 0, 1]);
    for (let seed = 1; seed < 300; seed += 1) {
      const terms = { travel: seed * 37, waiting: (seed * 91) % 400, load: (seed * 53) % 700 };
      const total = terms.travel + terms.waiting + terms.load;
      const parts = wholeMinutes(piecesOf(slot({ terms, total_seconds: total }), total), total);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(Math.round(total / 60));
    }
  });

  it("says nothing about a price of nothing", () => {
    expect(piecesOf(slot({ terms: {}, total_seconds: 0 }), 0)).toEqual([]);
  });

  it("reads the figures out of the reasons", () => {
    const found = figuresOf(
      slot({
        reasons: [
          reason("travel", { origin: "home", there_minutes: 11, extra_minutes: 20 }),
          reason("late", { minutes: 25 }),
          reason("load", { booked_minutes: 240 }),
          reason("part-missing", { part: "Fan belt", needed: "1", held: "0" }),
          reason("other-territory"),
        ],
      }),
    );

    expect(found).toEqual({
      travelMinutes: 11,
      extraMinutes: 20,
      lateMinutes: 25,
      slackMinutes: null,
      bookedMinutes: 240,
      overtimeMinutes: 0,
      hasParts: false,
      missingParts: ["Fan belt"],
      isOtherTerritory: true,
    });
    expect(figuresOf(slot({ reasons: [reason("parts-on-van")] })).hasParts).toBe(true);
    expect(figuresOf(slot()).hasParts).toBeNull();
  });

  it("puts every code the server knows into words, with values people read", () => {
    const codes = Object.keys(en).filter((key) => /^assign\.reason\.[a-z-]+$/.test(key));
    for (const code of codes)
      expect(sentenceOf(reason(code.replace("assign.reason.", "")), wording)).not.toContain(
        "server",
      );
    expect(
      sentenceOf(
        reason("travel", { origin: "booking", there_minutes: 12, extra_minutes: 5 }),
        wording,
      ),
    ).toBe("12 min drive from the job before, 5 min more on the road");
    expect(
      sentenceOf(reason("late", { minutes: 5, due_at: "2026-11-23T09:55:00Z" }), wording),
    ).toBe("Done 5 min late: due 09:55");
  });

  it("keeps the server's words for a code it does not know yet", () => {
    expect(sentenceOf(reason("brand-new"), wording)).toBe("server says brand-new");
  });

  it("is stale after two minutes, or at once when bookings changed", () => {
    const made = "2026-11-23T09:00:00Z";
    const at = (seconds: number) => Date.parse(made) + seconds * 1000;

    expect(isStale(made, at(119), false)).toBe(false);
    expect(isStale(made, at(121), false)).toBe(true);
    expect(isStale(made, at(1), true)).toBe(true);
  });
});
