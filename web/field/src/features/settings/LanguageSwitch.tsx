import { useTexts } from "../../texts.ts";

const LANGUAGES = [
  { locale: "en", name: "English" },
  { locale: "zh-CN", name: "简体中文" },
] as const;

/** The language of the app; its names are written in their own language. */
export function LanguageSwitch({ isShort = false }: { isShort?: boolean }) {
  const { t, locale, setLocale } = useTexts();
  if (isShort) {
    const other = LANGUAGES.find((language) => language.locale !== locale) ?? LANGUAGES[0];
    return (
      <button
        type="button"
        className="button"
        lang={other.locale}
        onClick={() => setLocale(other.locale)}
      >
        {other.name}
      </button>
    );
  }
  return (
    <fieldset className="stack tight">
      <legend className="visually-hidden">{t("settings.language")}</legend>
      {LANGUAGES.map((language) => (
        <label key={language.locale} className="tick" lang={language.locale}>
          <input
            type="radio"
            name="language"
            checked={locale === language.locale}
            onChange={() => setLocale(language.locale)}
          />
          {language.name}
        </label>
      ))}
    </fieldset>
  );
}
