import {
  type CommandRecord,
  type Feed,
  FIRST_FEED,
  keyOf,
  type RowRecord,
  type Store,
} from "./store.ts";
import type { Kind } from "./types.ts";
import type { Change, PullAnswer } from "./wire.ts";

/** Taking pages of the feed in: the rows and the cursor move in one transaction, or not at all. */

/** What a page does to the rows; `isHeld` says whose unsent work keeps a row alive. */
export function planPage(
  changes: readonly Change[],
  generation: number,
  isHeld: (key: string) => boolean,
): { put: RowRecord[]; revoke: string[]; remove: string[] } {
  const last = new Map<string, Change>();
  for (const change of changes) last.set(keyOf(change.kind as Kind, change.id), change);
  const put: RowRecord[] = [];
  const revoke: string[] = [];
  const remove: string[] = [];
  for (const [key, { state, revision, document }] of last) {
    if (state === "visible" && document) put.push({ key, revision, doc: document, generation });
    else if (isHeld(key)) revoke.push(key);
    else remove.push(key);
  }
  return { put, revoke, remove };
}

/** Apply pages that follow each other; after the last of a pull the optimistic layer is lifted. */
export async function applyPages(store: Store, pages: readonly PullAnswer[]): Promise<void> {
  const last = pages.at(-1);
  if (!last) return;
  await store.transaction(
    "rw",
    [store.records, store.commands, store.files, store.meta],
    async () => {
      const feed = await store.feed();
      const held = await heldKeys(store);
      const changes = pages.flatMap((page) => page.changes);
      const plan = planPage(changes, feed.generation, (key) => held.has(key));
      if (plan.put.length > 0) await store.records.bulkPut(plan.put);
      if (plan.remove.length > 0) await store.records.bulkDelete(plan.remove);
      await revoke(store, plan.revoke, feed.generation);
      const received = feed.received + changes.length;
      const moved = {
        ...feed,
        cursor: last.cursor,
        epoch: last.epoch,
        height: last.height,
        received,
      };
      if (last.more) return store.keep("feed", moved);
      if (feed.loading) await sweep(store, feed.generation, held);
      await liftOverlays(store, moved);
      await store.keep("feed", { ...moved, loading: false, complete: true });
    },
  );
}

/** Begin to load everything anew; what is shown stays until the load is complete. */
export async function beginResync(store: Store): Promise<void> {
  await store.transaction("rw", store.meta, async () => {
    const feed = await store.feed();
    const generation = feed.generation + 1;
    await store.keep("feed", { ...feed, cursor: null, generation, loading: true, received: 0 });
  });
}

/** Rows that are kept only for unsent work go when that work is safe. */
export async function removeSettledRevoked(store: Store): Promise<void> {
  await store.transaction("rw", [store.records, store.commands, store.files], async () => {
    const revoked = await store.records.where("revoked").equals(1).primaryKeys();
    if (revoked.length === 0) return;
    const held = await heldKeys(store);
    const gone = new Set(revoked.filter((key) => !held.has(key)));
    await store.records.bulkDelete([...gone]);
    await store.commands
      .where("overlay")
      .anyOf([...gone])
      .distinct()
      .modify((command) => {
        command.overlay = command.overlay.filter((key) => !gone.has(key));
      });
  });
}

/** The rows that some work which is not safe yet is about. */
export async function heldKeys(store: Store): Promise<Set<string>> {
  const held = new Set<string>();
  const add = (command: CommandRecord) => command.touches.forEach((key) => held.add(key));
  await store.commands.where("receipted").equals(0).each(add);
  const open = ["waiting", "sending", "stored"];
  await store.files
    .where("status")
    .anyOf(open)
    .each((file) => {
      held.add(keyOf(file.entityKind, file.entityId));
      held.add(keyOf("attachment", file.attachmentId));
    });
  return held;
}

async function revoke(store: Store, keys: string[], generation: number): Promise<void> {
  if (keys.length === 0) return;
  const rows = await store.records.bulkGet(keys);
  const kept = rows.filter((row) => row !== undefined);
  await store.records.bulkPut(kept.map((row) => ({ ...row, revoked: 1 as const, generation })));
}

async function sweep(store: Store, generation: number, held: Set<string>): Promise<void> {
  if (generation === FIRST_FEED.generation) return;
  const unseen = await store.records.filter((row) => row.generation < generation).primaryKeys();
  await store.records.bulkDelete(unseen.filter((key) => !held.has(key)));
  await revoke(
    store,
    unseen.filter((key) => held.has(key)),
    generation,
  );
}

/**
 * Own changes are in the rows now: what lay over them is not needed any more. A row that is no
 * longer ours gets no news, so it goes on showing what was done.
 */
async function liftOverlays(store: Store, feed: Feed): Promise<void> {
  const revoked = new Set(await store.records.where("revoked").equals(1).primaryKeys());
  await store.commands
    .where("overlay")
    .above("")
    .distinct()
    .filter(({ result }) => result !== undefined && isPassed(result, feed))
    .modify((command) => {
      command.overlay = command.overlay.filter((key) => revoked.has(key));
    });
}

function isPassed(result: { height: number; epoch: string }, feed: Feed): boolean {
  // Heights of another epoch say nothing, but everything was loaded since.
  return result.epoch !== feed.epoch || result.height <= feed.height;
}
