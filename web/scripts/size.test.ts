import { expect, test } from "vitest";
import { importsOf } from "./size.ts";

test.each([
  ['import{a as b}from"./react-1.js";b()', ["assets/react-1.js"]],
  [
    'import"./polyfill-1.js";import*as x from"./x-2.js";',
    ["assets/polyfill-1.js", "assets/x-2.js"],
  ],
  ['const a=1;export{b}from"./b-1.js";', ["assets/b-1.js"]],
  ['import a,{b as $}from"./a-1.js";', ["assets/a-1.js"]],
  ['const Map=lazy(()=>import("./map-1.js"));', []],
  ['const text="import from ./not.js"', []],
])("what %s loads at once", (code, expected) => {
  expect(importsOf(code)).toEqual(expected);
});
