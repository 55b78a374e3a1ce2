/**
 * New versions of the app. The one in use keeps working until the engineer reloads: nothing here
 * reloads by itself.
 */
import type { Workbox } from "workbox-window";
import { type Unsaved, unsaved } from "./unsaved.ts";

export interface UpdateState {
  /** "elsewhere": another window has taken the new version; this one still runs the old one. */
  update: "none" | "waiting" | "elsewhere";
  /** Whether the app would open now without a network. */
  offline: "preparing" | "ready" | "failed";
}

type Message = { type: "busy?"; from: string } | { type: "busy"; to: string; what: Unsaved };

const LOOK_AGAIN_MS = 60 * 60 * 1000;
const ANSWER_MS = 300;
const listeners = new Set<() => void>();
const me = Math.random().toString(36).slice(2);
let state: UpdateState = { update: "none", offline: "preparing" };
let worker: Workbox | undefined;
let channel: BroadcastChannel | undefined;
let isTaking = false;

export function updateState(): UpdateState {
  return state;
}

export function onUpdateChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function change(next: Partial<UpdateState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

/** Register the service worker and listen for new versions; once per window. */
export async function register(base: string): Promise<void> {
  if (worker || !("serviceWorker" in navigator)) return noteMissing();
  try {
    const { Workbox } = await import("workbox-window");
    worker = new Workbox(`${base}sw.js`, { scope: base });
    listen(worker);
    await worker.register();
    void navigator.serviceWorker.ready.then(() => change({ offline: "ready" }));
    keepLooking(worker);
  } catch (error) {
    // Private windows and old browsers: the app works, but only while the page stays open.
    console.warn("No work without signal", error);
    change({ offline: navigator.serviceWorker.controller ? "ready" : "failed" });
  }
}

function noteMissing(): void {
  if (!("serviceWorker" in navigator)) change({ offline: "failed" });
}

function listen(workbox: Workbox): void {
  workbox.addEventListener("waiting", () => change({ update: "waiting" }));
  workbox.addEventListener("controlling", (event) => {
    if (isTaking) location.reload();
    else if (event.isUpdate) change({ update: "elsewhere" });
  });
  if (typeof BroadcastChannel !== "function") return;
  channel = new BroadcastChannel("truckroll.field.windows");
  channel.addEventListener("message", ({ data }: MessageEvent<Message>) => {
    const [what] = unsaved();
    if (data.type === "busy?" && what) channel?.postMessage({ type: "busy", to: data.from, what });
  });
}

/** An app that stays open for weeks learns of new versions when it is looked at again. */
function keepLooking(workbox: Workbox): void {
  const look = () => {
    if (document.visibilityState === "visible" && navigator.onLine)
      workbox.update().catch(() => undefined);
  };
  setInterval(look, LOOK_AGAIN_MS);
  document.addEventListener("visibilitychange", look);
}

/** What would be lost or disturbed by taking the new version now, in this window and others. */
export async function inTheWay(): Promise<{ here: Unsaved[]; isElsewhere: boolean }> {
  return { here: unsaved(), isElsewhere: await isBusyElsewhere() };
}

function isBusyElsewhere(): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = channel;
    if (!asked) return resolve(false);
    const done = (isBusy: boolean) => {
      asked.removeEventListener("message", hear);
      clearTimeout(timer);
      resolve(isBusy);
    };
    const hear = ({ data }: MessageEvent<Message>) => {
      if (data.type === "busy" && data.to === me) done(true);
    };
    const timer = setTimeout(() => done(false), ANSWER_MS);
    asked.addEventListener("message", hear);
    asked.postMessage({ type: "busy?", from: me });
  });
}

/** Take the new version and reload; called by a press of the engineer only. */
export function takeUpdate(): void {
  if (state.update === "waiting" && worker) {
    isTaking = true;
    worker.messageSkipWaiting();
  } else location.reload();
}
