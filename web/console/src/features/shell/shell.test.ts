import { describe, expect, test } from "vitest";
import { USUAL, layoutFrom, toggled, within } from "./layout.ts";
import { actionOf } from "./shortcuts.ts";

describe("sizes of panes", () => {
  test.each([null, "", "no json", "[]", '{"list":"wide","hidden":7}'])("%s is as usual", (text) => {
    expect(layoutFrom(text)).toEqual(USUAL);
  });

  test("a pane never becomes too small to use", () => {
    expect(within("panel", 3)).toBe(340);
  });

  test("the list and the map never go both", () => {
    const withoutList = toggled(USUAL, "list");

    expect(toggled(withoutList, "map").hidden).toEqual(["map"]);
  });
});

describe("keys", () => {
  const press = { key: "n", ctrlKey: false, metaKey: false, altKey: false, isTaken: false };

  test("a letter asks for something", () => {
    expect(actionOf(press, true)).toBe("new-ticket");
  });

  test.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isTaken: true }])(
    "%o belongs to somebody else",
    (change) => {
      expect(actionOf({ ...press, ...change }, true)).toBeNull();
    },
  );

  test("with letters switched off only Escape is left", () => {
    expect(actionOf(press, false)).toBeNull();
    expect(actionOf({ ...press, key: "Escape" }, false)).toBe("close");
  });
});
