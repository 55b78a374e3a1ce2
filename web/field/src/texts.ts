import { createTexts } from "@truckroll/shared/i18n.ts";
import enCommon from "./locales/en/common.json";
import enMyWork from "./locales/en/my-work.json";
import enPwa from "./locales/en/pwa.json";
import enSignIn from "./locales/en/sign-in.json";
import enSync from "./locales/en/sync.json";
import enWorkOrder from "./locales/en/work-order.json";
import zhCommon from "./locales/zh-CN/common.json";
import zhMyWork from "./locales/zh-CN/my-work.json";
import zhPwa from "./locales/zh-CN/pwa.json";
import zhSignIn from "./locales/zh-CN/sign-in.json";
import zhSync from "./locales/zh-CN/sync.json";
import zhWorkOrder from "./locales/zh-CN/work-order.json";
import type { LateTexts } from "./texts-late.ts";

const first = {
  ...enCommon,
  ...enMyWork,
  ...enPwa,
  ...enSignIn,
  ...enSync,
  ...enWorkOrder,
};

/**
 * What the app says; every area has its own file, and its keys begin with the area's name. The
 * texts of screens that are fetched later come with them: `texts-late.ts` adds them here.
 */
export const en = first as typeof first & LateTexts;
export const zh: Record<string, string> = {
  ...zhCommon,
  ...zhMyWork,
  ...zhPwa,
  ...zhSignIn,
  ...zhSync,
  ...zhWorkOrder,
};

export const { texts, useTexts } = createTexts(en, zh);
export type Key = Parameters<ReturnType<typeof texts>["t"]>[0];
