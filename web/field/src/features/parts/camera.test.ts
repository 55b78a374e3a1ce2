import { describe, expect, it } from "vitest";
import { problemOf } from "./camera.ts";

describe("a camera that does not start", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["SecurityError", "denied"],
    ["NotFoundError", "none"],
    ["OverconstrainedError", "none"],
    ["NotReadableError", "busy"],
    ["AbortError", "busy"],
    ["TypeError", "other"],
    ["", "other"],
  ])("%s means %s", (name, problem) => {
    expect(problemOf(name)).toBe(problem);
  });
});
