import { expect, test } from "vitest";
import { changed, contested, shown } from "./edit-merge.ts";

const base = { title: "Leak", priority: "normal", description: "" };

test("only what was changed is sent", () => {
  expect(changed(base, { ...base, priority: "high" })).toEqual({ priority: "high" });
});

test("what somebody else changed meanwhile shows, unless I changed it, too", () => {
  const edit = { base, mine: { ...base, description: "Second floor" } };
  const now = { ...base, title: "Big leak", description: "Cellar" };

  expect(shown(edit, now)).toEqual({ ...now, description: "Second floor" });
  expect(contested(edit, now)).toEqual(["description"]);
});

test("the same change on both sides is no conflict", () => {
  const mine = { ...base, priority: "high" };

  expect(contested({ base, mine }, mine)).toEqual([]);
});

test("what only I changed is no conflict", () => {
  expect(contested({ base, mine: { ...base, title: "Big leak" } }, base)).toEqual([]);
});
