import type { Context } from "./context.ts";
import { sha256 } from "./sha256.ts";
import { partsOfKey, type Store } from "./store.ts";

/** Comparing what the phone holds with what the server thinks it holds. */
export interface Difference {
  kind: string;
  here: { count: number; digest: string };
  there: { count: number; digest: string };
}

const NONE = { count: 0, digest: "0".repeat(32) };

/** The kinds that differ; undefined when news have come in between, so that nothing can be said. */
export async function compare(context: Context): Promise<Difference[] | undefined> {
  const there = await context.wire.digest();
  const feed = await context.store.feed();
  if (!feed.complete || feed.loading) return undefined;
  if (there.height !== feed.height || there.epoch !== feed.epoch) return undefined;
  const here = await digestsOf(context.store);
  const kinds = new Set([...Object.keys(there.kinds), ...Object.keys(here)]);
  return [...kinds]
    .map((kind) => ({ kind, here: here[kind] ?? NONE, there: there.kinds[kind] ?? NONE }))
    .filter(({ here: a, there: b }) => a.count !== b.count || a.digest !== b.digest);
}

/** Per kind the count and the XOR of the first 16 bytes of SHA-256 over `id:revision`. */
export async function digestsOf(
  store: Store,
): Promise<Record<string, { count: number; digest: string }>> {
  const rows = await store.records.filter((row) => row.revoked !== 1).toArray();
  const sums = new Map<string, { count: number; sum: bigint }>();
  for (const { key, revision } of rows) {
    const { kind, id } = partsOfKey(key);
    const bytes = new TextEncoder().encode(`${id}:${revision}`);
    const hash = await sha256(bytes.buffer);
    const { count, sum } = sums.get(kind) ?? { count: 0, sum: 0n };
    sums.set(kind, { count: count + 1, sum: sum ^ BigInt(`0x${hash.slice(0, 32)}`) });
  }
  const entries = [...sums].map(([kind, { count, sum }]) => [
    kind,
    { count, digest: sum.toString(16).padStart(32, "0") },
  ]);
  return Object.fromEntries(entries) as Record<string, { count: number; digest: string }>;
}
