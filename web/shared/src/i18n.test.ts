import { expect, test } from "vitest";
import { createTexts } from "./i18n.ts";

const en = { hello: "Hello {name}", photo_one: "{count} photo", photo_other: "{count} photos" };
const zh = { hello: "你好，{name}", photo_other: "{count} 张照片" };
const { texts } = createTexts(en, zh);

test("names are filled in", () => {
  expect(texts("zh-CN").t("hello", { name: "李雷" })).toBe("你好，李雷");
});

test.each([
  ["en", 1, "1 photo"],
  ["en", 2, "2 photos"],
  ["zh-CN", 1, "1 张照片"],
] as const)("counts follow the plural rules of %s for %d", (language, count, expected) => {
  expect(texts(language).t("photo", { count })).toBe(expected);
});

test("a value that is missing leaves its place to be seen", () => {
  expect(texts("en").t("hello")).toBe("Hello {name}");
});
