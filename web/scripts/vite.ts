import react from "@vitejs/plugin-react";
import path from "node:path";
import type { PluginOption, UserConfig } from "vite";

const WEB = path.resolve(import.meta.dirname, "..");
/** Where the built apps go; tests and several developers at once choose other places. */
export const DIST = path.resolve(process.env.TRUCKROLL_WEB_DIST ?? path.join(WEB, "dist"));
const API = process.env.TRUCKROLL_PUBLIC_URL ?? "http://127.0.0.1:8080";

/** The Vite configuration of one app, served under `/<name>/`. */
export function appConfig(
  name: string,
  target: string[],
  plugins: PluginOption[] = [],
): UserConfig {
  return {
    base: `/${name}/`,
    root: path.join(WEB, name),
    plugins: [react(), ...plugins],
    build: {
      target,
      outDir: path.join(DIST, name),
      emptyOutDir: true,
      chunkSizeWarningLimit: 1200,
      reportCompressedSize: false,
      // Inlined files would need `data:` in more places of the content security policy.
      assetsInlineLimit: 0,
    },
    worker: { format: "es" },
    server: { proxy: { "/api": API } },
  };
}
