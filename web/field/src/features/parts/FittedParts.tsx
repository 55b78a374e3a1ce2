import { useTexts } from "../../texts.ts";
import type { FittedPart } from "../work-order/documents.ts";
import { thousandthsOf } from "./quantity.ts";
import { quantityText } from "./quantity-text.ts";

interface Props {
  parts: FittedPart[];
  /** Ids of the moves that the server does not have yet. */
  unsent: ReadonlySet<string>;
}

/** What was fitted so far. */
export function FittedParts({ parts, unsent }: Props) {
  const { t, locale } = useTexts();
  const amount = (decimal: string, unit: string) =>
    quantityText(thousandthsOf(decimal), unit, locale, t);
  return (
    <div>
      <h3>{t("parts.fitted")}</h3>
      {parts.length === 0 && <p className="quiet-text">{t("parts.fitted-none")}</p>}
      <ul className="parts-list">
        {parts.map((part) => (
          <li key={part.move_id} className="parts-line">
            <div className="grow">
              <bdi className="parts-name">{part.name}</bdi>
              <p className="quiet-text small">
                <bdi className="number">{part.number}</bdi>
                {unsent.has(part.move_id) && ` · ${t("parts.pending")}`}
              </p>
              {thousandthsOf(part.found) > 0 && (
                <p className="small parts-found">
                  {t("parts.found-later", { quantity: amount(part.found, part.unit) })}
                </p>
              )}
            </div>
            <strong className="number">{amount(part.quantity, part.unit)}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}
