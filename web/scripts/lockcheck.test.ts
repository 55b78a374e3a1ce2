import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { faultsOf } from "./lockcheck.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true });
});

function workspace(packages: object, dependencies: object = { react: "19.3.1" }): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lockcheck-"));
  folders.push(folder);
  fs.mkdirSync(path.join(folder, "console"));
  const files = {
    "package.json": { workspaces: ["console"] },
    "console/package.json": { dependencies },
    "package-lock.json": {
      packages: { "": {}, console: { dependencies: { react: "19.3.1" } }, ...packages },
    },
  };
  for (const [name, content] of Object.entries(files))
    fs.writeFileSync(path.join(folder, name), JSON.stringify(content));
  return folder;
}

test("a lock file that belongs to its packages has no fault", () => {
  const link = { resolved: "console", link: true };
  const found = workspace({
    "node_modules/react": {},
    "node_modules/console": link,
    "node_modules/a": { optionalDependencies: { "@a/linux": "1.0.0" } },
    "node_modules/a/node_modules/@a/linux": {},
  });

  expect(faultsOf(found)).toEqual([]);
});

test("a package for another platform that the registry lacked is a fault", () => {
  const found = workspace({ "node_modules/a": { optionalDependencies: { "@a/win32": "1.0.0" } } });

  expect(faultsOf(found)).toEqual(["node_modules/a needs @a/win32, which is not in the lock file"]);
});

test("a place to download from is a fault", () => {
  const found = workspace({ "node_modules/a": { resolved: "https://example.org/a.tgz" } });

  expect(faultsOf(found)).toEqual(["node_modules/a names where it comes from"]);
});

test.each([{ react: "19.3.2" }, {}, { react: "19.3.1", dexie: "4.4.7" }])(
  "a package.json that the lock file does not know is a fault: %o",
  (dependencies) => {
    const [fault] = faultsOf(workspace({}, dependencies));

    expect(fault).toMatch(/^console\/package.json and the lock file differ about (react|dexie)$/);
  },
);
