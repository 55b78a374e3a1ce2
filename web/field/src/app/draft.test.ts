import { expect, test } from "vitest";
import { makeWriter } from "./draft.ts";

test("of what is typed while the store is busy, only the newest is written, and it is the last", async () => {
  const log: unknown[] = [];
  const releases: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => releases.push(resolve));
  const draft = {
    get: async () => undefined,
    set: async (_key: string, value: unknown) => (log.push(value), wait()),
    remove: async () => void log.push("removed"),
  };
  const writer = makeWriter({ draft }, "note");

  for (const text of ["a", "ab", "abc"]) writer.write(text);
  releases.shift()?.();
  await new Promise((resolve) => setTimeout(resolve));
  writer.write(undefined);
  releases.shift()?.();
  await new Promise((resolve) => setTimeout(resolve));

  expect(log).toEqual(["a", "abc", "removed"]);
});
