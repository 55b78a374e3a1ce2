/** Hold the apps to their budgets: what a first load fetches, and the parts that load later. */
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { DIST } from "./vite.ts";

const FIRST_LOAD_KB: Record<string, number> = { console: 260, field: 150 };
/** Parts loaded later, by the beginning of their file's name. */
const LATER_KB: Record<string, Record<string, number>> = {
  console: { map: 450, chart: 200, "": 40 },
  field: {},
};
const PRECACHE_MB: Record<string, number> = { field: 2 };

const folderOf = (app: string) => path.join(DIST, app);
const kilobytes = (file: string) =>
  zlib.gzipSync(fs.readFileSync(file), { level: 9 }).length / 1024;

/** The files that index.html loads at once: its own, and what those import statically. */
function firstLoad(app: string): Set<string> {
  const html = fs.readFileSync(path.join(folderOf(app), "index.html"), "utf8");
  const todo = [...html.matchAll(/(?:src|href)="\/[a-z]+\/(assets\/[^"]+)"/g)].map(
    (m) => m[1] ?? "",
  );
  const seen = new Set<string>();
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (file.endsWith(".js")) todo.push(...imports(path.join(folderOf(app), file)));
  }
  return seen;
}

function imports(file: string): string[] {
  const code = fs.readFileSync(file, "utf8");
  return [...code.matchAll(/(?:^|[;}\s])import(?:[\w{}$,*\s]+from)?"\.\/([^"]+)"/g)].map(
    (match) => `assets/${match[1]}`,
  );
}

function check(text: string, found: number, limit: number, unit: string): boolean {
  const ok = found <= limit;
  console.log(`${ok ? "ok  " : "OVER"} ${text}: ${found.toFixed(1)} ${unit} (limit ${limit})`);
  return ok;
}

let fine = true;
for (const [app, limit] of Object.entries(FIRST_LOAD_KB)) {
  const folder = folderOf(app);
  const eager = firstLoad(app);
  const sum = [...eager].reduce((total, file) => total + kilobytes(path.join(folder, file)), 0);
  fine = check(`${app}: first load`, sum, limit, "kB gz") && fine;
  const limits = Object.entries(LATER_KB[app] ?? {});
  for (const name of fs.readdirSync(path.join(folder, "assets"))) {
    if (!name.endsWith(".js") || eager.has(`assets/${name}`)) continue;
    const most = limits.find(([start]) => name.startsWith(start))?.[1];
    const size = kilobytes(path.join(folder, "assets", name));
    if (most !== undefined) fine = check(`${app}: ${name}`, size, most, "kB gz") && fine;
  }
}
for (const [app, limit] of Object.entries(PRECACHE_MB)) {
  const files = fs.readdirSync(folderOf(app), { recursive: true }).map(String);
  const kept = files.filter((name) => /\.(html|js|css|wasm|svg|png|webmanifest)$/.test(name));
  const bytes = kept.reduce(
    (sum, name) => sum + fs.statSync(path.join(folderOf(app), name)).size,
    0,
  );
  fine = check(`${app}: kept on the phone`, bytes / 1e6, limit, "MB") && fine;
}
process.exit(fine ? 0 : 1);
