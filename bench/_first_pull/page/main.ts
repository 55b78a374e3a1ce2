/** One side, loaded before the clock starts; each run has a browser profile of its own. */
export interface Order {
  token: string;
  /** How many documents there are. */
  count: number;
  /** The page size, for the side that does not find one itself. */
  limit: number;
  account: never;
}

type FirstPull = (
  signed: typeof fetch,
  order: Order,
) => Promise<() => Promise<number>>;

/** Each side brings a Dexie of its own, which refuses to share a page with the other. */
const SIDES: Record<string, () => Promise<{ firstPull: FirstPull }>> = {
  "#ours": () => import("./ours.ts"),
  "#rxdb": () => import("./rxdb.ts"),
};
const side = await SIDES[location.hash]?.();

/** Return milliseconds until all documents are in IndexedDB and can be read. */
async function run(order: Order): Promise<unknown> {
  const signed: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("Authorization", `Bearer ${order.token}`);
    return fetch(input, { ...init, headers });
  };
  const started = performance.now();
  const count = await side?.firstPull(signed, order);
  const milliseconds = performance.now() - started;
  const { usage = 0 } = await navigator.storage.estimate();
  return { milliseconds, count: await count?.(), usage };
}

Object.assign(globalThis, { run });
