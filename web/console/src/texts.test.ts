import { differences } from "@truckroll/shared/catalogues.ts";
import { expect, test } from "vitest";
import { en, zh } from "./texts.ts";

test("both languages say the same things", () => {
  expect(differences(en, zh)).toEqual([]);
});

test("Chinese texts use Chinese punctuation between Chinese characters", () => {
  const faults = Object.entries(zh).filter(([, text]) =>
    /\p{Script=Han}\s*[,;:?!](\s|$|\p{Script=Han})/u.test(text),
  );

  expect(faults).toEqual([]);
});
