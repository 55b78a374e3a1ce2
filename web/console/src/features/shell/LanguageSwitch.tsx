import type { Locale } from "@truckroll/shared/locale.ts";
import { SegmentedControl } from "@mantine/core";
import type { ReactElement } from "react";
import { useTexts } from "../../texts.ts";

const LANGUAGES: { value: Locale; label: string }[] = [
  { value: "en", label: "English" },
  { value: "zh-CN", label: "简体中文" },
];

/** Each language by its own name, so that everybody finds the own one. */
export function LanguageSwitch(): ReactElement {
  const { locale, setLocale, t } = useTexts();
  return (
    <SegmentedControl
      aria-label={t("app.language")}
      data={LANGUAGES}
      value={locale}
      onChange={(value) => setLocale(value as Locale)}
      size="xs"
    />
  );
}
