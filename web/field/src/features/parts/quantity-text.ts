import type { Locale } from "@truckroll/shared/locale.ts";
import type { texts } from "../../texts.ts";
import { decimalOf, THOUSAND } from "./quantity.ts";

type Translate = ReturnType<typeof texts>["t"];

/** "2 pcs", "2件": a Chinese unit follows the number without a gap. */
export function quantityText(
  thousandths: number,
  unit: string,
  language: Locale,
  t: Translate,
): string {
  const name = unitText(unit, t, thousandths / THOUSAND);
  const gap = language === "zh-CN" && /^\p{Script=Han}/u.test(name) ? "" : " ";
  return `${decimalOf(thousandths)}${gap}${name}`;
}

/** A unit in the reader's language; units that are not known here stay as they are. */
export function unitText(unit: string, t: Translate, count = 2): string {
  switch (unit) {
    case "pcs":
      return t("unit.pcs", { count });
    case "kg":
      return t("unit.kg");
    case "l":
      return t("unit.l");
    case "m":
      return t("unit.m");
    default:
      return unit;
  }
}
