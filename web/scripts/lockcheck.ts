/** The lock file must serve every platform, and name no place to download from. */
import fs from "node:fs";
import path from "node:path";

interface Package {
  link?: boolean;
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const file = path.resolve(import.meta.dirname, "../package-lock.json");
const { packages } = JSON.parse(fs.readFileSync(file, "utf8")) as {
  packages: Record<string, Package>;
};
const names = new Set(Object.keys(packages).map((key) => key.replace(/^.*node_modules\//, "")));
const faults: string[] = [];
for (const [key, entry] of Object.entries(packages)) {
  if (entry.resolved && !entry.link) faults.push(`${key} names where it comes from`);
  // npm leaves out what a registry lacks, and `npm ci` stops at that later, elsewhere.
  for (const name of Object.keys(entry.optionalDependencies ?? {}))
    if (!names.has(name)) faults.push(`${key} needs ${name}, which is not in the lock file`);
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
