import { describe, expect, it } from "vitest";
import { movedByKey, scrollSpeed } from "./keyboard.ts";

const QUARTER = 15 * 60_000;
const place = { engineerId: "rui", startsAt: 0, endsAt: 4 * QUARTER };
const press = (key: string, more = {}) =>
  movedByKey({ key, altKey: true, shiftKey: false, ...more }, place, ["ana", "rui"]);

describe("moving a bar with the keyboard", () => {
  it("goes by quarters of an hour and keeps the length", () => {
    expect(press("ArrowRight")).toEqual({ ...place, startsAt: QUARTER, endsAt: 5 * QUARTER });
    expect(press("ArrowLeft")).toEqual({ ...place, startsAt: -QUARTER, endsAt: 3 * QUARTER });
  });

  it("goes to the neighbour and stops at the last one", () => {
    expect(press("ArrowUp")).toEqual({ ...place, engineerId: "ana" });
    expect(press("ArrowDown")).toBeNull();
  });

  it("changes the length with Shift, down to a quarter of an hour", () => {
    expect(press("ArrowRight", { shiftKey: true })).toEqual({ ...place, endsAt: 5 * QUARTER });
    const short = { ...place, endsAt: QUARTER };
    const key = { key: "ArrowLeft", altKey: true, shiftKey: true };
    expect(movedByKey(key, short, ["rui"])).toBeNull();
  });

  it("leaves every other key alone", () => {
    expect(press("ArrowRight", { altKey: false })).toBeNull();
    expect(press("Enter")).toBeNull();
    expect(press("ArrowUp", { shiftKey: true })).toBeNull();
  });
});

describe("scrolling while dragging", () => {
  const box = { left: 100, right: 900, top: 100, bottom: 500 };

  it("happens near the edges only, faster the nearer", () => {
    expect(scrollSpeed({ x: 500, y: 300 }, box)).toEqual({ x: 0, y: 0 });
    expect(scrollSpeed({ x: 890, y: 300 }, box).x).toBeGreaterThan(
      scrollSpeed({ x: 860, y: 300 }, box).x,
    );
    expect(scrollSpeed({ x: 500, y: 110 }, box).y).toBeLessThan(0);
    expect(Math.abs(scrollSpeed({ x: 5000, y: 300 }, box).x)).toBeLessThanOrEqual(18);
  });
});
