import { defineConfig } from "vite";
import { appConfig } from "../scripts/vite.ts";

export default defineConfig(appConfig("console", ["chrome111", "safari16.4", "firefox114"]));
