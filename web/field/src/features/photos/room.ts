/** Whether the phone has room for a photo, looked at again and again while somebody may take one. */
import { hasRoom } from "./shrink-plan.ts";

const LOOK_AGAIN_MS = 8000;
const listeners = new Set<() => void>();
let isFull = false;
let timer: ReturnType<typeof setInterval> | undefined;

export function isPhoneFull(): boolean {
  return isFull;
}

export function onRoomChange(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    void checkRoom();
    timer = setInterval(lookAgain, LOOK_AGAIN_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function lookAgain(): void {
  if (document.visibilityState === "visible") void checkRoom();
}

/** Look now; true when a photo has room. A browser that does not tell is asked by writing. */
export async function checkRoom(): Promise<boolean> {
  const has = await found();
  if (isFull === has) {
    isFull = !has;
    for (const listener of listeners) listener();
  }
  return has;
}

async function found(): Promise<boolean> {
  try {
    return hasRoom((await navigator.storage?.estimate?.()) ?? {});
  } catch {
    return true;
  }
}
