/** The one byte form of a document that is signed (RFC 8785), and its digest; the server checks both. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Canonical JSON; numbers other than safe integers differ between languages and are refused. */
export function canonicalJson(value: Json): string {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${value} has no canonical JSON form.`);
    return String(value === 0 ? 0 : value);
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  // RFC 8785 §3.2.3: members are sorted by UTF-16 code units, which is how sort compares.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

/** The SHA-256, in hexadecimal, of what the customer saw and signed. */
export async function digestOf(document: Json): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(document));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const UNSTORABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;

/** Text as the server can store it: no control characters, no halves of characters. */
export function storable(text: string): string {
  return text
    .replace(UNSTORABLE, "")
    .replace(SURROGATES, (found) => (found.length === 2 ? found : "\ufffd"));
}
