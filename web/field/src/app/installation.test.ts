import { expect, test } from "vitest";
import { installationName } from "./installation.ts";

test.each([
  [
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
    "Chrome, Android",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
    "Safari, iPhone",
  ],
  ["Mozilla/5.0 (Linux; Android 12) Chrome/114 MicroMessenger/8.0", "WeChat, Android"],
  ["", "Browser"],
])("%s is called %s", (userAgent, expected) => {
  expect(installationName(userAgent)).toBe(expected);
});
