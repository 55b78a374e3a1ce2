import { useDeferredValue, useMemo, useState } from "react";
import { Icon } from "../../app/Icon.tsx";
import { useTexts } from "../../texts.ts";
import { quantityText } from "./quantity-text.ts";
import { type Catalogue, searchParts, type StockedPart } from "./van.ts";

const MOST = 40;

interface Props {
  catalogue: Catalogue;
  text: string;
  onChoose: (part: StockedPart) => void;
}

/** The parts of the van, and any other part that is searched for. */
export function PartList({ catalogue, text, onChoose }: Props) {
  const { t } = useTexts();
  const [typed, setTyped] = useState(text);
  const wanted = useDeferredValue(typed);
  const found = useMemo(() => searchParts(catalogue.parts, wanted), [catalogue, wanted]);
  const isSearch = wanted.trim() !== "";
  const inVan = found.filter((part) => part.onVan > 0);
  const others = isSearch ? found.filter((part) => part.onVan === 0) : [];
  return (
    <div className="stack">
      <div className="field">
        <label htmlFor="part-search">{t("parts.search")}</label>
        <input
          id="part-search"
          type="search"
          autoComplete="off"
          enterKeyHint="search"
          placeholder={t("parts.search-hint")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <SearchResult text={wanted.trim()} count={found.length} />
      <div className="stack parts-scroll">
        {!isSearch && inVan.length === 0 && (
          <p className="note">
            <Icon name="part" />
            <span>{t(catalogue.hasVan ? "parts.van-empty" : "parts.no-van")}</span>
          </p>
        )}
        <Group title={t("parts.van-list")} parts={inVan} onChoose={onChoose} />
        <Group
          title={t("parts.others")}
          hint={t("parts.others-hint")}
          parts={others.slice(0, MOST)}
          onChoose={onChoose}
        />
        {others.length > MOST && <p className="quiet-text">{t("parts.more", { count: MOST })}</p>}
      </div>
    </div>
  );
}

/** Seen only when nothing was found; read out always. */
function SearchResult({ text, count }: { text: string; count: number }) {
  const { t } = useTexts();
  const isNothing = text !== "" && count === 0;
  return (
    <p role="status" className={isNothing ? "" : "visually-hidden"}>
      {isNothing && t("parts.nothing-found", { text })}
      {count > 0 && text !== "" && t("parts.found", { count })}
    </p>
  );
}

interface GroupProps {
  title: string;
  hint?: string;
  parts: StockedPart[];
  onChoose: (part: StockedPart) => void;
}

function Group({ title, hint, parts, onChoose }: GroupProps) {
  if (parts.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      {hint && <p className="quiet-text small">{hint}</p>}
      <ul className="parts-choices">
        {parts.map((part) => (
          <li key={part.id}>
            <PartChoice part={part} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function PartChoice({
  part,
  onChoose,
}: {
  part: StockedPart;
  onChoose: (part: StockedPart) => void;
}) {
  const { t, locale } = useTexts();
  return (
    <button type="button" className="parts-choice" onClick={() => onChoose(part)}>
      <span className="grow">
        <bdi className="parts-name">{part.name}</bdi>
        <bdi className="quiet-text small number">{part.number}</bdi>
      </span>
      {part.onVan > 0 && (
        <span className="number small">{quantityText(part.onVan, part.unit, locale, t)}</span>
      )}
      <Icon name="forward" size={18} />
    </button>
  );
}
