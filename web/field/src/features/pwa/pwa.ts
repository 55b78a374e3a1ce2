/** The app as something that lives on the phone: service worker, storage that lasts, room left. */
import { hasRoom } from "../photos/shrink-plan.ts";
import { listenForInstall } from "./install.ts";
import type { Pwa, StorageState } from "./props.ts";
import { guardClosing } from "./unsaved.ts";
import { register } from "./updates.ts";

export const BASE = "/field/";

const listeners = new Set<() => void>();
let isRefused = false;

listenForInstall();

export const pwa: Pwa = {
  register() {
    guardClosing(window);
    // A service worker would hide the changes of a developer.
    if (import.meta.env.PROD) void register(BASE);
  },

  async persist() {
    const isKept = await asked();
    isRefused = !isKept;
    for (const listener of listeners) listener();
    return isKept;
  },

  async storage(): Promise<StorageState> {
    const { quota, usage } = await estimate();
    return {
      isPersisted: (await navigator.storage?.persisted?.().catch(() => false)) ?? false,
      usedBytes: usage ?? 0,
      quotaBytes: quota ?? 0,
      hasRoom: hasRoom({ quota, usage }),
    };
  },
};

/** Whether the browser has refused to keep the data when space runs out. */
export function isPersistRefused(): boolean {
  return isRefused;
}

export function onPersistChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

async function asked(): Promise<boolean> {
  try {
    if (await navigator.storage.persisted()) return true;
    return await navigator.storage.persist();
  } catch {
    // Without a secure connection the browser has no such promise to give.
    return false;
  }
}

async function estimate(): Promise<StorageEstimate> {
  try {
    return (await navigator.storage?.estimate?.()) ?? {};
  } catch {
    return {};
  }
}
