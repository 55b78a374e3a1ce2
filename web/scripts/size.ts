/** Hold the apps to their budgets: what a first load fetches, and the parts that load later. */
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { entries } from "./precache.ts";
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
    if (file.endsWith(".js"))
      todo.push(...importsOf(fs.readFileSync(path.join(folderOf(app), file), "utf8")));
  }
  return seen;
}

/** The files that a built module imports before it runs; not those it asks for later. */
export function importsOf(code: string): string[] {
  const found = code.matchAll(/(?:^|[;}\s])(?:import|export)(?:[\w{}$,*\s]+from)?"\.\/([^"]+)"/g);
  return [...found].map((match) => `assets/${match[1]}`);
}

function check(text: string, found: number, limit: number, unit: string): boolean {
  const ok = found <= limit;
  console.log(`${ok ? "ok  " : "OVER"} ${text}: ${found.toFixed(1)} ${unit} (limit ${limit})`);
  return ok;
}

function firstLoads(): boolean[] {
  return Object.entries(FIRST_LOAD_KB).flatMap(([app, limit]) => {
    const eager = firstLoad(app);
    const sizes = [...eager].map((file) => kilobytes(path.join(folderOf(app), file)));
    const sum = sizes.reduce((total, size) => total + size, 0);
    return [check(`${app}: first load`, sum, limit, "kB gz"), ...laterLoads(app, eager)];
  });
}

function laterLoads(app: string, eager: Set<string>): boolean[] {
  const limits = Object.entries(LATER_KB[app] ?? {});
  return fs.readdirSync(path.join(folderOf(app), "assets")).flatMap((name) => {
    const most = limits.find(([start]) => name.startsWith(start))?.[1];
    if (!name.endsWith(".js") || eager.has(`assets/${name}`) || most === undefined) return [];
    return [
      check(`${app}: ${name}`, kilobytes(path.join(folderOf(app), "assets", name)), most, "kB gz"),
    ];
  });
}

function keptOnPhones(): boolean[] {
  return Object.entries(PRECACHE_MB).map(([app, limit]) => {
    const files = entries(folderOf(app)).map(({ url }) => path.join(folderOf(app), url));
    const bytes = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
    return check(`${app}: kept on the phone`, bytes / 1e6, limit, "MB");
  });
}

if (process.argv[1] === import.meta.filename)
  process.exit([...firstLoads(), ...keptOnPhones()].every(Boolean) ? 0 : 1);
