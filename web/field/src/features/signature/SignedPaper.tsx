import type { SignedText } from "./signed-text.ts";

/** The text that is signed, drawn from its document alone. */
export function SignedPaper({ text }: { text: SignedText }) {
  return (
    <article className="signed-paper" lang={text.language} aria-label={text.title}>
      <h3>{text.title}</h3>
      {text.sections.map(({ heading, lines }) => (
        <section key={heading}>
          <h4>{heading}</h4>
          <ul>
            {lines.map(({ label, value }, index) => (
              <li key={index} className={label ? "signed-pair" : ""}>
                {label && <bdi className="signed-label">{label}</bdi>}
                <span className="pre" dir="auto">
                  {value}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p className="signed-consent">{text.consent}</p>
    </article>
  );
}
