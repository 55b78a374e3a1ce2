import { afterEach, describe, expect, it, vi } from "vitest";
import { checkRoom, isPhoneFull, onRoomChange } from "./room.ts";

function phoneWith(free: number | null) {
  const estimate = async () => {
    if (free === null) throw new TypeError("not here");
    return { quota: 100_000_000, usage: 100_000_000 - free };
  };
  vi.stubGlobal("navigator", { storage: { estimate } });
  vi.stubGlobal("document", { visibilityState: "visible" });
}

afterEach(async () => {
  phoneWith(90_000_000);
  await checkRoom();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("room for photos", () => {
  it("is noticed to be gone and to be back while somebody looks", async () => {
    vi.useFakeTimers();
    phoneWith(90_000_000);
    const listener = vi.fn();
    const stop = onRoomChange(listener);

    phoneWith(1000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(isPhoneFull()).toBe(true);
    phoneWith(90_000_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(isPhoneFull()).toBe(false);
    expect(listener).toHaveBeenCalledTimes(2);

    stop();
    phoneWith(1000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(isPhoneFull()).toBe(false);
  });

  it("is believed to be there when the browser does not say", async () => {
    phoneWith(null);

    expect(await checkRoom()).toBe(true);
  });
});
