import { createTexts } from "@truckroll/shared/i18n.ts";
import en_app from "./locales/en/app.json" with { type: "json" };
import en_assign from "./locales/en/assign.json" with { type: "json" };
import en_errors from "./locales/en/errors.json" with { type: "json" };
import en_history from "./locales/en/history.json" with { type: "json" };
import en_list from "./locales/en/list.json" with { type: "json" };
import en_map from "./locales/en/map.json" with { type: "json" };
import en_panel from "./locales/en/panel.json" with { type: "json" };
import en_timeline from "./locales/en/timeline.json" with { type: "json" };
import en_words from "./locales/en/words.json" with { type: "json" };
import zh_app from "./locales/zh-CN/app.json" with { type: "json" };
import zh_assign from "./locales/zh-CN/assign.json" with { type: "json" };
import zh_errors from "./locales/zh-CN/errors.json" with { type: "json" };
import zh_history from "./locales/zh-CN/history.json" with { type: "json" };
import zh_list from "./locales/zh-CN/list.json" with { type: "json" };
import zh_map from "./locales/zh-CN/map.json" with { type: "json" };
import zh_panel from "./locales/zh-CN/panel.json" with { type: "json" };
import zh_timeline from "./locales/zh-CN/timeline.json" with { type: "json" };
import zh_words from "./locales/zh-CN/words.json" with { type: "json" };

export const en = {
  ...en_app,
  ...en_assign,
  ...en_errors,
  ...en_history,
  ...en_list,
  ...en_map,
  ...en_panel,
  ...en_timeline,
  ...en_words,
};
export const zh = {
  ...zh_app,
  ...zh_assign,
  ...zh_errors,
  ...zh_history,
  ...zh_list,
  ...zh_map,
  ...zh_panel,
  ...zh_timeline,
  ...zh_words,
};

/** What the console says; each area of the screen has its own file of texts per language. */
export const { texts, useTexts } = createTexts(en, zh);
export type ConsoleTexts = ReturnType<typeof texts>;
