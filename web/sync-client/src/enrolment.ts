import type { Context } from "./context.ts";
import type { Store } from "./store.ts";
import { WireError } from "./wire.ts";

/** The installation's identity: kept for the life of the database, changed only when it must. */

/** Enrol this installation; a number the server knows and we do not means the store was copied. */
export async function enrol(context: Context): Promise<void> {
  const { store, wire } = context;
  const installation = await store.value("installation");
  if (!installation) throw new WireError(0, "store-vanished");
  const platform = (globalThis.navigator as Navigator | undefined)?.userAgent ?? "";
  try {
    const answer = await wire.enrol({
      id: installation.id,
      name: context.installationName.slice(0, 200) || "Truckroll",
      platform: platform.slice(0, 200),
      app_version: context.appVersion.slice(0, 64),
    });
    if (answer.last_seq >= installation.nextSeq) return await startAnew(context);
  } catch (error) {
    if (error instanceof WireError && error.code === "id-taken") return startAnew(context);
    throw error;
  }
  await confirm(store, installation.id);
}

/** Become a new installation and enrol it at once. */
export async function startAnew(context: Context): Promise<void> {
  await becomeNew(context.store, context.newId);
  await enrolFresh(context);
}

/**
 * Become a new installation: everything retained is sent again under new numbers with the same
 * ids, by which the server knows what it has.
 */
export async function becomeNew(store: Store, newId: () => string): Promise<void> {
  await store.transaction("rw", store.commands, store.meta, async () => {
    const retained = await store.commands.orderBy("seq").toArray();
    // In ascending order no new number meets an old one: the i-th old number is at least i.
    for (const [index, command] of retained.entries()) {
      await store.commands.put({ ...command, seq: index + 1, unsent: 1 });
    }
    const nextSeq = retained.length + 1;
    await store.keep("installation", { id: newId(), enrolled: false, nextSeq });
  });
}

async function enrolFresh(context: Context): Promise<void> {
  const installation = await context.store.value("installation");
  if (!installation) return;
  await context.wire.enrol({
    id: installation.id,
    name: context.installationName.slice(0, 200) || "Truckroll",
    platform: "",
    app_version: context.appVersion.slice(0, 64),
  });
  await confirm(context.store, installation.id);
}

async function confirm(store: Store, id: string): Promise<void> {
  await store.transaction("rw", store.meta, async () => {
    const installation = await store.value("installation");
    if (installation?.id === id)
      await store.keep("installation", { ...installation, enrolled: true });
  });
}

export async function forgetEnrolment(store: Store): Promise<void> {
  await store.transaction("rw", store.meta, async () => {
    const installation = await store.value("installation");
    if (installation) await store.keep("installation", { ...installation, enrolled: false });
  });
}
