/** Build the apps named on the command line, by default all, and compress what is sent as text. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { DIST } from "./vite.ts";

const APPS = ["console", "field"];
const COMPRESSIBLE = /\.(js|mjs|css|html|json|svg|wasm|webmanifest)$/;
const SMALLEST_BYTES = 1024;
const web = path.resolve(import.meta.dirname, "..");
const gzip = promisify(zlib.gzip);
const brotli = promisify(zlib.brotliCompress);

async function compress(file: string): Promise<void> {
  const content = fs.readFileSync(file);
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 10 };
  const [gz, br] = await Promise.all([gzip(content, { level: 9 }), brotli(content, { params })]);
  fs.writeFileSync(`${file}.gz`, gz);
  fs.writeFileSync(`${file}.br`, br);
}

// What is there from now on is no longer what scripts/web.py has built.
fs.rmSync(path.join(DIST, ".built"), { force: true });

const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : APPS;
for (const app of wanted) {
  console.log(`building ${app}`);
  const vite = path.join(web, "node_modules/vite/bin/vite.js");
  const config = path.join(web, app, "vite.config.ts");
  execFileSync(process.execPath, [vite, "build", "--config", config, "--logLevel", "warn"], {
    cwd: web,
    stdio: "inherit",
  });
  const folder = path.join(DIST, app);
  const files = fs
    .readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)));
  await Promise.all(
    files
      .filter((file) => COMPRESSIBLE.test(file) && fs.statSync(file).size >= SMALLEST_BYTES)
      .map(compress),
  );
}
