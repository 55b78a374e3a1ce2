import { differences } from "@truckroll/shared/catalogues.ts";
import { expect, test } from "vitest";
import "./texts-late.ts";
import { en, zh } from "./texts.ts";

test("both languages say the same things, with the same values", () => {
  expect(differences(en, zh)).toEqual([]);
});
