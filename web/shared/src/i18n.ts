import { useMemo, useSyncExternalStore } from "react";
import { type Locale, locale, onLocaleChange, setLocale } from "./locale.ts";

export type Catalogue = Record<string, string>;
export type Values = Record<string, string | number>;

/** Plural keys (`x_one`, `x_other`: the naming of i18next JSON v4) are called by their stem. */
export type KeyOf<C> = keyof C extends infer K
  ? K extends `${infer Stem}_one` | `${infer Stem}_other`
    ? Stem
    : K & string
  : never;

export interface Texts<C extends Catalogue> {
  locale: Locale;
  t: (key: KeyOf<C>, values?: Values) => string;
  /** Whether a text of this name exists: for codes that come from the server. */
  has: (key: string) => key is KeyOf<C>;
}

/** What one app says, in both languages; English is the measure of which keys there are. */
export function createTexts<C extends Catalogue>(
  en: C,
  zh: Record<KeyOf<C> | keyof C, string> | Catalogue,
) {
  const catalogues: Record<Locale, Catalogue> = { en, "zh-CN": zh as Catalogue };

  function translate(language: Locale, key: string, values: Values = {}): string {
    const text = find(catalogues[language], language, key, values) ?? find(en, "en", key, values);
    return (text ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  }

  function texts(language: Locale): Texts<C> {
    return {
      locale: language,
      t: (key, values) => translate(language, key, values),
      has: (key): key is KeyOf<C> => key in en || `${key}_other` in en,
    };
  }

  function useTexts(): Texts<C> & { setLocale: (chosen: Locale) => void } {
    const language = useSyncExternalStore(onLocaleChange, locale);
    return useMemo(() => ({ ...texts(language), setLocale }), [language]);
  }

  return { texts, useTexts };
}

function find(catalogue: Catalogue, language: Locale, key: string, values: Values) {
  if (typeof values.count === "number") {
    const form = new Intl.PluralRules(language).select(values.count);
    const plural = catalogue[`${key}_${form}`] ?? catalogue[`${key}_other`];
    if (plural !== undefined) return plural;
  }
  return catalogue[key];
}
