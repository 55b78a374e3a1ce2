import type { Locale } from "@truckroll/shared/locale.ts";
import { useTexts } from "../../texts.ts";

const LANGUAGES: [Locale, string][] = [
  ["en", "English"],
  ["zh-CN", "中文"],
];

interface Props {
  chosen: Locale;
  onChoose: (language: Locale) => void;
}

/** The language in which the customer reads what is signed; the app keeps the engineer's. */
export function LanguageChoice({ chosen, onChoose }: Props) {
  const { t } = useTexts();
  return (
    <fieldset className="signature-languages">
      <legend>{t("signature.language")}</legend>
      {LANGUAGES.map(([language, name]) => (
        <label key={language} lang={language}>
          <input
            type="radio"
            name="signature-language"
            checked={chosen === language}
            onChange={() => onChoose(language)}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
