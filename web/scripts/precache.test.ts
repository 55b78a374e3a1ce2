import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { entries } from "./precache.ts";

function built(files: Record<string, string>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "precache-"));
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

test("a phone keeps what the app loads, and neither copies of it nor the worker itself", () => {
  const folder = built({
    "index.html": "page",
    "index.html.br": "",
    "sw.js": "worker",
    "manifest.webmanifest": "{}",
    "assets/index-abc.js": "code",
    "assets/index-abc.js.gz": "",
    "assets/reader.wasm": "",
    "notes.txt": "",
  });

  const kept = entries(folder).map(({ url }) => url);

  expect(kept).toEqual([
    "assets/index-abc.js",
    "assets/reader.wasm",
    "index.html",
    "manifest.webmanifest",
  ]);
  fs.rmSync(folder, { recursive: true });
});

test("a file without a digest in its name is known by its content", () => {
  const revisions = ["one", "two", "one"].map((content) => {
    const folder = built({ "index.html": content, "assets/a-1.js": content });
    const found = entries(folder);
    fs.rmSync(folder, { recursive: true });
    return found.map(({ revision }) => revision);
  });

  expect(revisions[0]?.[0]).toBeNull();
  expect(revisions[0]).toEqual(revisions[2]);
  expect(revisions[0]?.[1]).not.toEqual(revisions[1]?.[1]);
});
