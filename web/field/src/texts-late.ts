import enCommands from "./locales/en/commands.json";
import enParts from "./locales/en/parts.json";
import enPhotos from "./locales/en/photos.json";
import enRevoked from "./locales/en/revoked.json";
import enSettings from "./locales/en/settings.json";
import enSignature from "./locales/en/signature.json";
import zhCommands from "./locales/zh-CN/commands.json";
import zhParts from "./locales/zh-CN/parts.json";
import zhPhotos from "./locales/zh-CN/photos.json";
import zhRevoked from "./locales/zh-CN/revoked.json";
import zhSettings from "./locales/zh-CN/settings.json";
import zhSignature from "./locales/zh-CN/signature.json";
import { en, zh } from "./texts.ts";

/** Texts that the first screens do not need; imported by the parts that are fetched later. */
const late = {
  ...enCommands,
  ...enParts,
  ...enPhotos,
  ...enRevoked,
  ...enSettings,
  ...enSignature,
};

export type LateTexts = typeof late;

Object.assign(en, late);
Object.assign(zh, zhCommands, zhParts, zhPhotos, zhRevoked, zhSettings, zhSignature);
