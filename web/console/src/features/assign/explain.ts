import type { ProposedSlot, Reason } from "@truckroll/shared/api/gen/types.gen.ts";

/** What a ranking says, prepared for the eye: the price in comparable pieces, and in words. */
export const TERMS = [
  "travel",
  "waiting",
  "lateness",
  "load",
  "overtime",
  "part_missing",
  "territory",
] as const;
export type Term = (typeof TERMS)[number];

export interface Piece {
  term: Term | "other";
  seconds: number;
  /** Share of a whole bar, in percent, so that bars compare at a glance. */
  percent: number;
}

/** The price of a slot in its pieces; those of a slot at the scale together are 100 percent. */
export function piecesOf(slot: ProposedSlot, scale: number): Piece[] {
  const share = (seconds: number) => (scale > 0 ? (100 * seconds) / scale : 0);
  const known: Piece[] = TERMS.map((term) => {
    const seconds = slot.terms[term] ?? 0;
    return { term, seconds, percent: share(seconds) };
  });
  const rest = slot.total_seconds - known.reduce((sum, piece) => sum + piece.seconds, 0);
  const all =
    rest > 0 ? [...known, { term: "other" as const, seconds: rest, percent: share(rest) }] : known;
  return all.filter((piece) => piece.seconds > 0);
}

const LEAST_SCALE_SECONDS = 3600;

/**
 * The price that fills a whole bar: the dearest of the list, unless it is so far off that the
 * others could not be compared any more.
 */
export function scaleOf(slots: readonly ProposedSlot[]): number {
  const prices = slots.map((slot) => slot.total_seconds).sort((a, b) => a - b);
  // The choice is between the first few: the second decides how much room they get.
  const second = prices[1] ?? 0;
  return Math.min(prices.at(-1) ?? 0, Math.max(LEAST_SCALE_SECONDS, 2 * second));
}

/** Whole minutes that add up to the whole minutes of the total, as the eye expects of a sum. */
export function wholeMinutes(pieces: readonly Piece[], totalSeconds: number): number[] {
  const exact = pieces.map(({ seconds }) => seconds / 60);
  const rounded = exact.map(Math.floor);
  const missing = Math.round(totalSeconds / 60) - rounded.reduce((sum, part) => sum + part, 0);
  const byRest = exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest);
  for (const { index } of byRest.slice(0, Math.max(0, missing)))
    rounded[index] = (rounded[index] ?? 0) + 1;
  return rounded;
}

/** The figures a dispatcher compares engineers by, read from the reasons. */
export interface Figures {
  travelMinutes: number;
  extraMinutes: number;
  lateMinutes: number;
  slackMinutes: number | null;
  bookedMinutes: number;
  overtimeMinutes: number;
  /** Whether the van holds every part; null when none is needed. */
  hasParts: boolean | null;
  missingParts: string[];
  isOtherTerritory: boolean;
}

export function figuresOf(slot: ProposedSlot): Figures {
  const find = (code: string) => slot.reasons.find((reason) => reason.code === code);
  const missing = slot.reasons.filter((reason) => reason.code === "part-missing");
  const onTime = find("on-time");
  return {
    travelMinutes: Math.ceil(slot.travel_seconds / 60),
    extraMinutes: amount(find("travel"), "extra_minutes"),
    lateMinutes: amount(find("late"), "minutes"),
    slackMinutes: onTime ? amount(onTime, "slack_minutes") : null,
    bookedMinutes: amount(find("load"), "booked_minutes"),
    overtimeMinutes: amount(find("overtime"), "minutes"),
    hasParts: missing.length > 0 ? false : find("parts-on-van") ? true : null,
    missingParts: missing.map((reason) => String(reason.params.part ?? "")),
    isOtherTerritory: find("other-territory") !== undefined,
  };
}

function amount(reason: Reason | undefined, name: string): number {
  const value = Number(reason?.params[name]);
  return Number.isFinite(value) ? value : 0;
}

/** How values of reasons are written for people. */
export interface Wording {
  t: (key: string, values: Record<string, string | number>) => string;
  has: (key: string) => boolean;
  minutes: (minutes: number) => string;
  instant: (at: string) => string;
  day: (date: string) => string;
  number: (value: string) => string;
}

/** A reason in the reader's language; a code that is not known yet keeps the server's words. */
export function sentenceOf(reason: Reason, wording: Wording): string {
  const values = valuesOf(reason.params, wording);
  const key = `assign.reason.${reason.code}`;
  const special = specialKey(reason);
  if (special && wording.has(special)) return wording.t(special, values);
  return wording.has(key) ? wording.t(key, values) : reason.text;
}

/** Sentences that read wrong with plain figures: no drive at all, done exactly in time. */
function specialKey(reason: Reason): string | null {
  if (reason.code === "travel") {
    const origin = String(reason.params.origin);
    return `assign.reason.travel.${origin}`;
  }
  if (reason.code === "part-missing" && reason.params.held === "0")
    return "assign.reason.part-missing.none";
  return null;
}

function valuesOf(params: Reason["params"], wording: Wording): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) values[name] = valueOf(name, value, wording);
  return values;
}

function valueOf(name: string, value: unknown, wording: Wording): string | number {
  if (name === "minutes" || name.endsWith("_minutes")) return wording.minutes(Number(value));
  if (name.endsWith("_at")) return wording.instant(String(value));
  if (name.endsWith("_on")) return wording.day(String(value));
  if (["needed", "held"].includes(name)) return wording.number(String(value));
  return typeof value === "number" ? value : String(value ?? "");
}

/** Whether a ranking is too old to act on: the road, the bookings and the clock moved on. */
export function isStale(madeAt: string, now: number, revisionsChanged: boolean): boolean {
  return revisionsChanged || now - Date.parse(madeAt) > 2 * 60_000;
}
