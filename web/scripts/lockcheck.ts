/** The lock file must say what package.json says, serve every platform, and name no host. */
import fs from "node:fs";
import path from "node:path";

interface Package {
  link?: boolean;
  resolved?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

type Packages = Record<string, Package>;

/** What is wrong with the lock file of this workspace. */
export function faultsOf(web: string): string[] {
  const read = <T>(name: string) => JSON.parse(fs.readFileSync(path.join(web, name), "utf8")) as T;
  const { packages } = read<{ packages: Packages }>("package-lock.json");
  const ours = ["", ...read<{ workspaces: string[] }>("package.json").workspaces];
  return [
    ...incomplete(packages),
    ...ours.flatMap((folder) => {
      const wanted = read<Package>(path.join(folder, "package.json"));
      return differing(folder || ".", wanted, packages[folder] ?? {});
    }),
  ];
}

function incomplete(packages: Packages): string[] {
  const names = new Set(Object.keys(packages).map((key) => key.replace(/^.*node_modules\//, "")));
  return Object.entries(packages).flatMap(([key, entry]) => [
    ...(entry.resolved && !entry.link ? [`${key} names where it comes from`] : []),
    // npm leaves out what a registry lacks, and `npm ci` stops at that later, elsewhere.
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !names.has(name))
      .map((name) => `${key} needs ${name}, which is not in the lock file`),
  ]);
}

function differing(folder: string, wanted: Package, locked: Package): string[] {
  return (["dependencies", "devDependencies"] as const).flatMap((kind) => {
    const [here, there] = [wanted[kind] ?? {}, locked[kind] ?? {}];
    return [...new Set([...Object.keys(here), ...Object.keys(there)])]
      .filter((name) => here[name] !== there[name])
      .map((name) => `${folder}/package.json and the lock file differ about ${name}`);
  });
}

if (process.argv[1] === import.meta.filename) {
  const faults = faultsOf(path.resolve(import.meta.dirname, ".."));
  for (const fault of faults) console.error(fault);
  process.exit(faults.length > 0 ? 1 : 0);
}
