/** node build.ts SOURCES OUTPUT WEB: bundle the page for one origin, as the apps are bundled. */
import path from "node:path";
import { pathToFileURL } from "node:url";

const [root = "", outDir = "", web = ""] = process.argv.slice(2);
const entry = path.join(web, "node_modules/vite/dist/node/index.js");
const { build } = (await import(
  pathToFileURL(entry).href
)) as typeof import("vite");

await build({
  root,
  configFile: false,
  base: "/field/",
  logLevel: "warn",
  resolve: {
    alias: {
      "@truckroll/sync-client": path.join(web, "sync-client/src/index.ts"),
    },
  },
  build: {
    outDir,
    emptyOutDir: true,
    target: "chrome100",
    reportCompressedSize: false,
  },
});
