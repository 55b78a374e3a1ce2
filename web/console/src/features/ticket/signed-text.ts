/** The document that a signature covers, as lines a person can read; pure. */
export interface Line {
  name: string;
  value: string;
}

export interface Paper {
  language: string;
  title: string;
  sections: { heading: string; lines: { label: string; value: string }[] }[];
  consent: string;
}

/** The paper as the field app showed it; null for a document that another app has made. */
export function signedPaper(document: Record<string, unknown>): Paper | null {
  const { v, title, language, consent, sections } = document;
  if (v !== 1 || !Array.isArray(sections)) return null;
  return {
    language: text(language),
    title: text(title),
    consent: text(consent),
    sections: sections.map(asRecord).map(({ heading, lines }) => ({
      heading: text(heading),
      lines: (Array.isArray(lines) ? lines : [])
        .map(asRecord)
        .map(({ label, value }) => ({ label: text(label), value: text(value) })),
    })),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;
/** Beyond this nobody reads on; the whole document stays on the server. */
const MOST = 40;

export function signedLines(document: Record<string, unknown>): Line[] {
  return linesOf(document, "").slice(0, MOST);
}

function linesOf(value: unknown, name: string): Line[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value.flatMap((entry) => linesOf(entry, name));
  if (typeof value === "object") return ofObject(value as Record<string, unknown>, name);
  const text = String(value);
  return ID.test(text) ? [] : [{ name, value: text }];
}

/** A step with its answer, or a part with its amount, is one line. */
function ofObject(record: Record<string, unknown>, name: string): Line[] {
  const title = record.title ?? record.name;
  const answer = record.value ?? record.quantity;
  if (typeof title === "string" && isPlain(answer)) {
    const unit = typeof record.unit === "string" ? ` ${record.unit}` : "";
    return [{ name: title, value: `${plain(answer)}${unit}` }];
  }
  return Object.entries(record).flatMap(([key, inner]) => linesOf(inner, key || name));
}

function isPlain(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function plain(value: string | number | boolean): string {
  return value === true ? "✓" : value === false ? "✗" : String(value);
}
