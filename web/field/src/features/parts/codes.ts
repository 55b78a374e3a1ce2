/** Which part a scanned code means. Labels carry bare numbers, links, GS1 strings or nonsense. */
export interface Coded {
  id: string;
  number: string;
}

export type Match<P> =
  { kind: "found"; part: P } | { kind: "several"; parts: P[] } | { kind: "unknown"; code: string };

const QUERY_NAMES = ["part", "number", "p", "sku", "code", "pn"];
/** GS1: what follows an item number as manufacturer's or customer's part number. */
const GS1_PART = /(?=\(?24[01]\)?([^\x1d(]{1,30}))/g;
const SHOWN = 60;

/** Find the part of a code; spelling, spaces and hyphens do not matter when one part is meant. */
export function matchCode<P extends Coded>(code: string, parts: P[]): Match<P> {
  const shown = printable(code);
  for (const candidate of candidates(code)) {
    const exact = parts.filter((part) => part.number === candidate);
    const alike =
      exact.length > 0 ? exact : parts.filter((part) => plain(part.number) === plain(candidate));
    const [first] = alike;
    if (first && alike.length === 1) return { kind: "found", part: first };
    if (first) return { kind: "several", parts: alike };
  }
  return { kind: "unknown", code: shown };
}

/** What a scanned text shows: no control characters, and not a whole page of it. */
export function printable(code: string): string {
  const text = code
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const letters = [...text];
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join("")}…` : text;
}

function candidates(code: string): string[] {
  const text = code.trim();
  const found = [text, ...ofLink(text), ...ofGs1(text), ...ofJson(text)];
  return [...new Set(found.map((item) => item.trim()))].filter((item) => plain(item) !== "");
}

function ofLink(text: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return [];
  try {
    const url = new URL(text);
    const named = QUERY_NAMES.map((name) => url.searchParams.get(name) ?? "");
    const last = url.pathname.split("/").filter(Boolean).at(-1) ?? "";
    return [...named, decodeURIComponent(last)];
  } catch {
    return [];
  }
}

function ofGs1(text: string): string[] {
  // Without separators the same digits may stand in a date; all readings are tried.
  return [...text.matchAll(GS1_PART)].map((found) => found[1] ?? "");
}

function ofJson(text: string): string[] {
  if (!text.startsWith("{")) return [];
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return QUERY_NAMES.map((name) => value[name]).filter((item) => typeof item === "string");
  } catch {
    return [];
  }
}

function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, "");
}
