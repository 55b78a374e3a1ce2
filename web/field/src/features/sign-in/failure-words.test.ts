import { expect, test } from "vitest";
import { faultOf, waitMinutes } from "./failure-words.ts";

const failure = (code: string, params = {}) => ({
  code,
  status: 0,
  detail: "",
  errors: {},
  params,
});

test.each([
  ["sign-in-refused", "wrong"],
  ["invalid-input", "wrong"],
  ["user-disabled", "disabled"],
  ["too-many-attempts", "too-many"],
  ["offline", "offline"],
  ["http-502", "server"],
  ["busy", "server"],
] as const)("%s is told as %s", (code, expected) => {
  expect(faultOf(failure(code))).toBe(expected);
});

test("the wait is told in whole minutes", () => {
  expect(waitMinutes(failure("too-many-attempts", { retry_after_seconds: 61 }))).toBe(2);
  expect(waitMinutes(failure("too-many-attempts"))).toBe(15);
});
