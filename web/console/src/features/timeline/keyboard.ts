import { MINUTE, SNAP_MINUTES } from "./layout.ts";

/** A place a bar may be moved to with the keyboard. */
export interface Place {
  engineerId: string;
  startsAt: number;
  endsAt: number;
}

export interface Key {
  key: string;
  altKey: boolean;
  shiftKey: boolean;
}

const STEP = SNAP_MINUTES * MINUTE;

/**
 * Alt and an arrow move a bar by a quarter of an hour or to the next engineer; with Shift the end
 * moves alone. Null when the key means something else, or nothing further is possible.
 */
export function movedByKey(key: Key, place: Place, engineerIds: readonly string[]): Place | null {
  if (!key.altKey) return null;
  const sideways = key.key === "ArrowRight" ? STEP : key.key === "ArrowLeft" ? -STEP : 0;
  if (sideways !== 0) {
    const startsAt = key.shiftKey ? place.startsAt : place.startsAt + sideways;
    const endsAt = place.endsAt + sideways;
    return endsAt - startsAt < STEP ? null : { ...place, startsAt, endsAt };
  }
  const rows = key.key === "ArrowDown" ? 1 : key.key === "ArrowUp" ? -1 : 0;
  if (rows === 0 || key.shiftKey) return null;
  const next = engineerIds[engineerIds.indexOf(place.engineerId) + rows];
  return next === undefined ? null : { ...place, engineerId: next };
}

/** How fast to scroll while something is dragged near the edge: pixels per frame, both ways. */
export function scrollSpeed(
  pointer: { x: number; y: number },
  box: { left: number; right: number; top: number; bottom: number },
  edge = 48,
): { x: number; y: number } {
  const along = (at: number, from: number, until: number) => {
    if (at < from + edge) return -Math.ceil(((from + edge - at) / edge) * 14);
    if (at > until - edge) return Math.ceil(((at - until + edge) / edge) * 14);
    return 0;
  };
  const limit = (speed: number) => Math.max(-18, Math.min(18, speed));
  return {
    x: limit(along(pointer.x, box.left, box.right)),
    y: limit(along(pointer.y, box.top, box.bottom)),
  };
}
