import { beforeEach, expect, test, vi } from "vitest";
import { dropDrafts, readDraft, writeDraft } from "./drafts.ts";

const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    key: (at: number) => [...kept.keys()][at] ?? null,
    get length() {
      return kept.size;
    },
  });
});

test("what somebody typed is gone when that person leaves; nothing else is", () => {
  kept.set("other", "stays");
  writeDraft("new-ticket", { title: "Leak" });
  writeDraft("note.t1", "Key at the porter's");

  dropDrafts();

  expect(readDraft("new-ticket", null)).toBeNull();
  expect(readDraft("note.t1", null)).toBeNull();
  expect([...kept.keys()]).toEqual(["other"]);
});
