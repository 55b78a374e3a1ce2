import react from "@vitejs/plugin-react";
import path from "node:path";
import type { PluginOption, UserConfig } from "vite";

const WEB = path.resolve(import.meta.dirname, "..");
/** Where the built apps go; tests and several developers at once choose other places. */
export const DIST = path.resolve(process.env.TRUCKROLL_WEB_DIST ?? path.join(WEB, "dist"));
const PORT = Number(process.env.PORT ?? 8080);
const STREAM_PORT = Number(process.env.STREAM_PORT ?? PORT + 1);

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
    // Lowers `light-dark()` while developing too: the map reads the colours as plain values.
    css: { transformer: "lightningcss" },
    build: {
      target,
      outDir: path.join(DIST, name),
      emptyOutDir: true,
      chunkSizeWarningLimit: 1200,
      reportCompressedSize: false,
      // Inlined files would need `data:` in more places of the content security policy.
      assetsInlineLimit: 0,
      // How long plugins took says how busy the machine is.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
    worker: { format: "es" },
    // The platform must know this origin: TRUCKROLL_PUBLIC_URL=http://localhost:5173.
    server: {
      host: "localhost",
      port: 5173,
      strictPort: true,
      proxy: {
        "/api/v1/stream": `http://127.0.0.1:${STREAM_PORT}`,
        "/api": `http://127.0.0.1:${PORT}`,
      },
    },
  };
}
