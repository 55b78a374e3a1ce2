import { type ReactElement } from "react";
import { decimalText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { type Paper, signedLines, signedPaper } from "./signed-text.ts";

/** What the customer had before the eyes when signing, word for word and in that language. */
export function SignedText({ document }: { document: Record<string, unknown> }): ReactElement {
  const { t } = useTexts();
  const paper = signedPaper(document);
  return (
    <details className="signed-text">
      <summary>{t("panel.signedText")}</summary>
      {paper ? <PaperView paper={paper} /> : <Lines document={document} />}
    </details>
  );
}

function PaperView({ paper }: { paper: Paper }): ReactElement {
  return (
    <div className="signed-paper" lang={paper.language || undefined}>
      <p className="signed-title">{paper.title}</p>
      {paper.sections.map(({ heading, lines }) => (
        <div key={heading}>
          <p className="signed-heading">{heading}</p>
          <ul>
            {lines.map(({ label, value }, index) => (
              <li key={index}>
                {label && <bdi className="quiet">{label}</bdi>}
                <span dir="auto">{value}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <p>{paper.consent}</p>
    </div>
  );
}

/** A document made by another app: its values, as far as people can read them. */
function Lines({ document }: { document: Record<string, unknown> }): ReactElement {
  const texts = useTexts();
  return (
    <dl className="facts signed-paper">
      {signedLines(document).map(({ name, value }) => {
        const key = `panel.signed.${name}`;
        return (
          <div key={`${name}:${value}`}>
            <dt>{texts.has(key) ? texts.t(key) : name}</dt>
            <dd>{/^-?\d+\.\d+$/.test(value) ? decimalText(value, texts.locale) : value}</dd>
          </div>
        );
      })}
    </dl>
  );
}
