import path from "node:path";
import { defineConfig } from "vite";
import { precache } from "../scripts/precache.ts";
import { appConfig } from "../scripts/vite.ts";

const serviceWorker = path.join(import.meta.dirname, "src/sw.ts");

export default defineConfig(
  appConfig("field", ["chrome100", "safari15.4", "firefox100"], [precache(serviceWorker)]),
);
