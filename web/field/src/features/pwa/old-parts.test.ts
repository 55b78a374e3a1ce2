import { describe, expect, it } from "vitest";
import { keepOldParts, oldPart } from "./old-parts.ts";

const SCOPE = "https://fsm.example/field/";
const FOLDER = `${SCOPE}assets/`;

/** As much of a browser's caches as is used, in memory. */
class Caches {
  readonly held = new Map<string, Map<string, string>>();
  async keys() {
    return [...this.held.keys()];
  }
  async open(name: string) {
    const files = this.held.get(name) ?? new Map<string, string>();
    this.held.set(name, files);
    return {
      keys: async () => [...files.keys()].map((url) => new Request(url)),
      match: async (asked: Request | string) => {
        const found = files.get(typeof asked === "string" ? asked : asked.url);
        return found === undefined ? undefined : new Response(found);
      },
      put: async (url: string, response: Response) => void files.set(url, await response.text()),
      delete: async (request: Request) => files.delete(request.url),
    };
  }
  install(urls: string[]) {
    const files = new Map(urls.map((url) => [SCOPE + url, `content of ${url}`]));
    this.held.set("workbox-precache-v2-field", files);
  }
}

const keep = (caches: Caches, urls: string[]) =>
  keepOldParts(
    caches as unknown as CacheStorage,
    FOLDER,
    urls.map((url) => SCOPE + url),
  );
const old = (caches: Caches) => [...(caches.held.get("truckroll-field-old-parts")?.keys() ?? [])];

describe("parts of the version before", () => {
  it("are kept when the new version has not got them", async () => {
    const caches = new Caches();
    caches.install(["index.html?r=1", "assets/scan-1.js", "assets/zxing.wasm"]);

    await keep(caches, ["index.html", "assets/scan-2.js", "assets/zxing.wasm"]);

    expect(old(caches)).toEqual([`${FOLDER}scan-1.js`]);
  });

  it("are forgotten two versions later", async () => {
    const caches = new Caches();
    caches.install(["assets/scan-1.js"]);
    await keep(caches, ["assets/scan-2.js"]);
    caches.install(["assets/scan-2.js"]);
    await keep(caches, ["assets/scan-3.js"]);

    expect(old(caches)).toEqual([`${FOLDER}scan-2.js`]);
  });

  it("stay when the same version is installed again", async () => {
    const caches = new Caches();
    caches.install(["assets/scan-1.js"]);
    await keep(caches, ["assets/scan-2.js"]);
    caches.install(["assets/scan-2.js"]);
    await keep(caches, ["assets/scan-2.js"]);

    expect(old(caches)).toEqual([`${FOLDER}scan-1.js`]);
  });

  it("are given to a window that still runs it", async () => {
    const caches = new Caches();
    caches.install(["assets/scan-1.js"]);
    await keep(caches, ["assets/scan-2.js"]);

    const response = await oldPart(
      caches as unknown as CacheStorage,
      new Request(`${FOLDER}scan-1.js`),
    );

    expect(await response.text()).toBe("content of assets/scan-1.js");
  });
});
