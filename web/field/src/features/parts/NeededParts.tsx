import { useTexts } from "../../texts.ts";
import { quantityText } from "./quantity-text.ts";
import type { NeedLine, NeedState } from "./part-readiness.ts";

interface Props {
  lines: NeedLine[];
  onUse: ((line: NeedLine) => void) | undefined;
}

/** What the work needs, and where each part is now. */
export function NeededParts({ lines, onUse }: Props) {
  const { t } = useTexts();
  if (lines.length === 0) return <p className="quiet-text">{t("parts.none-needed")}</p>;
  return (
    <div>
      <h3>{t("parts.needed")}</h3>
      <ul className="parts-list">
        {lines.map((line) => (
          <Needed key={line.need.part_id} line={line} onUse={onUse} />
        ))}
      </ul>
    </div>
  );
}

const TONE: Record<NeedState, string> = {
  fitted: "ok",
  van: "ok",
  partly: "warn",
  reserved: "warn",
  missing: "bad",
};

function Needed({ line, onUse }: { line: NeedLine; onUse: Props["onUse"] }) {
  const { t, locale } = useTexts();
  const { need, needed, onVan, state } = line;
  const amount = (thousandths: number) => quantityText(thousandths, need.unit, locale, t);
  return (
    <li className="parts-line">
      <div className="grow">
        <bdi className="parts-name">{need.name}</bdi>
        <p className="quiet-text small">
          <bdi className="number">{need.number}</bdi>
          {" · "}
          {t("parts.need-quantity", { quantity: amount(needed) })}
        </p>
        <span className={`tag ${TONE[state]}`}>
          {t(`parts.state.${state}`, { quantity: amount(onVan) })}
        </span>
      </div>
      {onUse && state !== "fitted" && (
        <button
          type="button"
          className="button"
          aria-label={t("parts.use-name", { name: need.name })}
          onClick={() => onUse(line)}
        >
          {t("parts.use")}
        </button>
      )}
    </li>
  );
}
