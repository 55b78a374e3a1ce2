import { type ReactElement } from "react";
import { decimalText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { signedLines } from "./signed-text.ts";

/** What the customer had before the eyes when signing, word for word. */
export function SignedText({ document }: { document: Record<string, unknown> }): ReactElement {
  const texts = useTexts();
  const lines = signedLines(document);
  return (
    <details className="signed-text">
      <summary>{texts.t("panel.signedText")}</summary>
      <dl className="facts">
        {lines.map(({ name, value }) => {
          const key = `panel.signed.${name}`;
          return (
            <div key={`${name}:${value}`}>
              <dt>{texts.has(key) ? texts.t(key) : name}</dt>
              <dd>{/^-?\d+\.\d+$/.test(value) ? decimalText(value, texts.locale) : value}</dd>
            </div>
          );
        })}
      </dl>
    </details>
  );
}
