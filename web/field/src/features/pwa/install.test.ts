import { describe, expect, it } from "vitest";
import { isIOS, isPutOff } from "./install.ts";

const DAY = 86_400_000;

describe("the hint to install", () => {
  it("rests for thirty days after it was put off", () => {
    const now = Date.parse("2026-11-22T12:00:00Z");

    expect(isPutOff(String(now - 29 * DAY), now)).toBe(true);
    expect(isPutOff(String(now - 31 * DAY), now)).toBe(false);
  });

  it("comes back when the phone's clock was ahead, and when nothing sensible was kept", () => {
    expect(isPutOff(String(5 * DAY), DAY)).toBe(false);
    expect(isPutOff(null, DAY)).toBe(false);
    expect(isPutOff("later", DAY)).toBe(false);
  });

  it.each([
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)", 5, true],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari", 5, true],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari", 0, false],
    ["Mozilla/5.0 (Linux; Android 15) Chrome/130", 5, false],
  ])("%s with %i touch points: iOS %s", (userAgent, maxTouchPoints, expected) => {
    expect(isIOS({ userAgent, maxTouchPoints })).toBe(expected);
  });
});
