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
  const sideways = SIDEWAYS[key.key];
  if (sideways !== undefined) return movedInTime(place, sideways, key.shiftKey);
  const rows = UP_AND_DOWN[key.key];
  if (rows === undefined || key.shiftKey) return null;
  const next = engineerIds[engineerIds.indexOf(place.engineerId) + rows];
  return next === undefined ? null : { ...place, engineerId: next };
}

const SIDEWAYS: Record<string, number> = { ArrowRight: STEP, ArrowLeft: -STEP };
const UP_AND_DOWN: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

function movedInTime(place: Place, by: number, isEndAlone: boolean): Place | null {
  const startsAt = isEndAlone ? place.startsAt : place.startsAt + by;
  const endsAt = place.endsAt + by;
  return endsAt - startsAt < STEP ? null : { ...place, startsAt, endsAt };
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
