import { expect, test } from "vitest";
import { texts } from "../texts.ts";
import { failureWords } from "./failure-words.ts";

const failure = (code: string, status: number, detail = "", params = {}) => ({
  code,
  status,
  detail,
  errors: {},
  params,
});

test("too many attempts say how long to wait", () => {
  const words = failureWords(
    texts("en"),
    failure("too-many-attempts", 429, "", { retry_after: 125 }),
  );

  expect(words.hint).toContain("3 min");
});

test("a fault of the server is not shown by its code", () => {
  expect(failureWords(texts("zh-CN"), failure("http-500", 500)).title).toBe("服务器未能完成操作");
});

test("a refusal nobody translated is told in the server's own sentence", () => {
  const words = failureWords(texts("en"), failure("brand-new", 409, "The moon is full."));

  expect(words.title).toBe("The moon is full.");
});

test("no answer at all means that the network is to be looked at", () => {
  expect(failureWords(texts("en"), failure("offline", 0)).title).toBe(
    "The server cannot be reached",
  );
});
