import { describe, expect, it, vi } from "vitest";
import { guardClosing, holdReload, onUnsavedChange, unsaved } from "./unsaved.ts";

describe("what a reload would lose", () => {
  it("is named once, and forgotten when all of it is kept", () => {
    const [first, second] = [holdReload("photos"), holdReload("photos")];
    const third = holdReload("signature");

    expect(unsaved()).toEqual(["photos", "signature"]);
    first();
    first();
    expect(unsaved()).toContain("photos");
    second();
    third();
    expect(unsaved()).toEqual([]);
  });

  it("is told to whoever listens", () => {
    const listener = vi.fn();
    const stop = onUnsavedChange(listener);

    holdReload("part")();
    stop();
    holdReload("part")();

    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("makes the browser ask before the window closes, and only then", () => {
    const target = new EventTarget();
    const stop = guardClosing(target as unknown as Window);
    const closes = () => target.dispatchEvent(new Event("beforeunload", { cancelable: true }));

    expect(closes()).toBe(true);
    const release = holdReload("signature");
    expect(closes()).toBe(false);
    release();
    expect(closes()).toBe(true);
    stop();
  });
});
