import type { Locale } from "@truckroll/shared/locale.ts";
import { type ReactElement, useState } from "react";
import { Icon } from "../../app/icons.tsx";
import type { WorkOrder } from "../../app/records.ts";
import { isFinished } from "../../app/records.ts";
import { decimalText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { Section } from "./Section.tsx";
import { usePartAvailability } from "./queries.ts";
import "./parts.css";

/** Parts the fault calls for, whether they are reserved and where they lie; and what was fitted. */
export function PartsSection({ workOrder }: { workOrder: WorkOrder }): ReactElement | null {
  const { t, locale } = useTexts();
  const { parts_needed: needed, parts_fitted: fitted } = workOrder;
  if (needed.length === 0 && fitted.length === 0) return null;
  const amount = (quantity: string, unit: string) => amountText(quantity, unit, locale, t);
  return (
    <Section title={t("panel.parts")}>
      {!isFinished(workOrder) && needed.length > 0 && <Needed workOrder={workOrder} />}
      {fitted.length > 0 && (
        <>
          <h4>{t("panel.fitted")}</h4>
          <ul className="plain">
            {fitted.map((part) => (
              <li key={part.move_id}>
                <span>
                  {part.name} <span className="quiet">{part.number}</span>
                </span>
                <strong>{amount(part.quantity, part.unit)}</strong>
                {Number(part.found) > 0 && (
                  <span className="value-out">
                    {t("panel.found", { amount: amount(part.found, part.unit) })}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

type Translate = ReturnType<typeof useTexts>["t"];

/** "1 pc", "2.5 m"; pieces in the reader's language, other units as they are. */
function amountText(quantity: string, unit: string, locale: Locale, t: Translate): string {
  const number = decimalText(quantity, locale);
  return unit === "pcs"
    ? t("panel.pieces", { count: Number(quantity), number })
    : `${number} ${unit}`;
}

function Needed({ workOrder }: { workOrder: WorkOrder }): ReactElement {
  const { t, locale } = useTexts();
  const { data: places } = usePartAvailability(workOrder.id);
  const fittedOf = (partId: string) =>
    workOrder.parts_fitted
      .filter((part) => part.part_id === partId)
      .reduce((sum, part) => sum + Number(part.quantity), 0);
  const open = workOrder.parts_needed.filter(
    (part) => Number(part.quantity) > fittedOf(part.part_id),
  );
  return (
    <ul className="parts">
      {open.map((part) => {
        const short = Number(part.quantity) - Number(part.reserved) - fittedOf(part.part_id);
        const here = places?.find((row) => row.part_id === part.part_id)?.places ?? [];
        return (
          <li key={part.part_id}>
            <div className="part-line">
              <span>
                {part.name} <span className="quiet">{part.number}</span>
              </span>
              <strong>{amountText(part.quantity, part.unit, locale, t)}</strong>
            </div>
            <div className="part-line">
              <span className={short > 0 ? "mark pill tone-warn" : "mark pill tone-ok"}>
                <Icon name={short > 0 ? "warning" : "check"} size={12} />
                {short > 0
                  ? t("panel.partShort", { count: decimalText(short, locale) })
                  : t("panel.partReserved")}
              </span>
              {places && <Places places={here} />}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

interface PlaceOfPart {
  location_id: string;
  name: string;
  free: string;
}

/** The fullest places first; the others on demand. */
function Places({ places }: { places: PlaceOfPart[] }): ReactElement {
  const { t, locale } = useTexts();
  const [isAll, setAll] = useState(false);
  const stocked = places.filter((place) => Number(place.free) > 0);
  if (stocked.length === 0) return <span className="value-out">{t("panel.partNowhere")}</span>;
  const shown = isAll ? stocked : stocked.slice(0, 2);
  return (
    <span className="quiet part-places">
      {shown
        .map((place) =>
          t("panel.partAt", { place: place.name, count: decimalText(place.free, locale) }),
        )
        .join(t("panel.listGap"))}
      {stocked.length > shown.length && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {t("panel.morePlaces", { count: stocked.length - shown.length })}
        </button>
      )}
    </span>
  );
}
