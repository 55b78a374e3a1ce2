import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { build, type Plugin } from "vite";

const CACHED = /\.(html|js|css|wasm|svg|png|webmanifest)$/;
const COMPRESSED = /\.(gz|br)$/;

export interface Entry {
  url: string;
  revision: string | null;
}

/**
 * Bundle the service worker once the app is written, with the list of all its files.
 *
 * Files under assets/ carry a digest of their content in their name, so they need no revision.
 */
export function precache(serviceWorker: string): Plugin {
  let folder = "";
  return {
    name: "precache",
    apply: "build",
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      await build({
        configFile: false,
        logLevel: "warn",
        publicDir: false,
        define: {
          __PRECACHE__: JSON.stringify(entries(folder)),
          "process.env.NODE_ENV": '"production"',
        },
        build: {
          outDir: folder,
          emptyOutDir: false,
          target: "es2020",
          lib: { entry: serviceWorker, formats: ["es"], fileName: () => "sw.js" },
        },
      });
    },
  };
}

export function entries(folder: string): Entry[] {
  return fs
    .readdirSync(folder, { recursive: true })
    .map((name) => String(name).split(path.sep).join("/"))
    .filter((name) => CACHED.test(name) && !COMPRESSED.test(name) && name !== "sw.js")
    .sort()
    .map((url) => ({ url, revision: url.startsWith("assets/") ? null : digest(folder, url) }));
}

function digest(folder: string, url: string): string {
  return crypto
    .createHash("sha256")
    .update(fs.readFileSync(path.join(folder, url)))
    .digest("hex")
    .slice(0, 20);
}
