/**
 * Text that no database refuses: a zero character or half of an emoji, as a cut-off paste leaves
 * it behind, would make a command unsendable for ever.
 */
export function cleanText(text: string): string {
  return text.replaceAll(/\u0000/g, "").replaceAll(LONE, "\uFFFD");
}

const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** A copy of a JSON value with clean texts; what JSON cannot say is left out as JSON does. */
export function cleanJson<T>(value: T): T {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "string" ? cleanText(part) : part,
  );
  return JSON.parse(text) as T;
}
