import type { Catalogue } from "./i18n.ts";

const PLURAL = /_(one|other)$/;

/** What is wrong between two catalogues: missing or needless keys, other placeholders. */
export function differences(en: Catalogue, zh: Catalogue): string[] {
  const wanted = stems(en);
  const given = stems(zh);
  const faults: string[] = [];
  for (const [key, names] of wanted) {
    const found = given.get(key);
    if (found === undefined) faults.push(`${key}: missing`);
    else if (found !== names) faults.push(`${key}: {${found}} instead of {${names}}`);
  }
  for (const key of given.keys()) if (!wanted.has(key)) faults.push(`${key}: not in English`);
  return faults;
}

function stems(catalogue: Catalogue): Map<string, string> {
  const found = new Map<string, Set<string>>();
  for (const [key, text] of Object.entries(catalogue)) {
    const names = found.get(key.replace(PLURAL, "")) ?? new Set<string>();
    for (const match of text.matchAll(/\{(\w+)\}/g)) names.add(match[1] ?? "");
    found.set(key.replace(PLURAL, ""), names);
  }
  return new Map([...found].map(([key, names]) => [key, [...names].sort().join(",")]));
}
