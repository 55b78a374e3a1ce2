/** Quantities in thousandths of a part's unit; on the wire and on the screen they are decimals. */
export const THOUSAND = 1000;
const MOST = 100_000 * THOUSAND;
/** Units that are counted; everything else is measured. */
const COUNTED = new Set(["pcs", "pc", "piece", "pieces", "set", "件", "个", "只", "套"]);

export type QuantityProblem =
  "empty" | "not-a-number" | "zero" | "too-fine" | "whole-only" | "too-much";
export type Parsed = { thousandths: number } | { problem: QuantityProblem };

export function isCounted(unit: string): boolean {
  return COUNTED.has(unit.trim().toLowerCase());
}

/** Read what was typed; a comma and the wide digits of Chinese keyboards are fine. */
export function parseQuantity(typed: string, unit: string): Parsed {
  const text = typed.normalize("NFKC").replace(/\s/g, "").replace(/[,。]/, ".");
  if (text === "") return { problem: "empty" };
  const [, whole = "", fraction = ""] = /^\+?(\d*)\.?(\d*)$/.exec(text) ?? [];
  if (whole + fraction === "") return { problem: "not-a-number" };
  return judged(whole.replace(/^0+/, ""), fraction.replace(/0+$/, ""), isCounted(unit));
}

function judged(whole: string, fraction: string, isWhole: boolean): Parsed {
  if (fraction.length > 3) return { problem: "too-fine" };
  if (fraction !== "" && isWhole) return { problem: "whole-only" };
  if (whole.length > 6) return { problem: "too-much" };
  const thousandths = Number(whole) * THOUSAND + Number(fraction.padEnd(3, "0"));
  if (thousandths === 0) return { problem: "zero" };
  return thousandths > MOST ? { problem: "too-much" } : { thousandths };
}

/** Read a decimal of the server; what it cannot be counts as nothing. */
export function thousandthsOf(decimal: string): number {
  const found = /^(-?)(\d+)(?:\.(\d{1,3})\d*)?$/.exec(decimal);
  if (!found) return 0;
  const [, sign, whole, fraction = ""] = found;
  const size = Number(whole) * THOUSAND + Number(fraction.padEnd(3, "0"));
  return sign ? -size : size;
}

/** The decimal text of the wire, without trailing zeros. */
export function decimalOf(thousandths: number): string {
  const size = Math.abs(thousandths);
  const fraction = String(size % THOUSAND)
    .padStart(3, "0")
    .replace(/0+$/, "");
  const whole = Math.floor(size / THOUSAND);
  return `${thousandths < 0 ? "-" : ""}${whole}${fraction ? `.${fraction}` : ""}`;
}

/** One step of the buttons: a piece, or a tenth of what is measured in small amounts. */
export function stepped(thousandths: number, direction: 1 | -1, unit: string): number {
  const step = isCounted(unit) || thousandths + direction * 500 >= THOUSAND ? THOUSAND : 100;
  return Math.min(MOST, Math.max(isCounted(unit) ? THOUSAND : 100, thousandths + direction * step));
}
