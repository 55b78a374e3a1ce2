/** How a photo becomes small enough to keep: sizes, and what is refused before it is decoded. */
import type { ImageHead } from "./image-head.ts";

export const LONGEST_SIDE = 1600;
/** More is refused by the server too; decoding it takes 200 MB of a phone's memory. */
export const MOST_PIXELS = 50_000_000;
export const JPEG_QUALITY = 0.85;
/** What one kept photo takes at most, nearly always: 1600 × 1600 pixels full of noise. */
export const KEPT_PHOTO_BYTES = 1_500_000;
/** Room that stays free for texts, answers and signatures, which must always find place. */
export const RESERVED_BYTES = 5_000_000;
const OLDEST_YEAR = 2000;

export type PhotoRefusal =
  | "empty"
  | "not-an-image"
  | "too-many-pixels"
  | "heic"
  | "unreadable"
  | "storage-full"
  | "not-kept";

export interface Size {
  width: number;
  height: number;
}

/** Why a file cannot become a photo, judged by its head; null when it can be tried. */
export function refusalOf(bytes: number, head: ImageHead | null): PhotoRefusal | null {
  if (bytes === 0) return "empty";
  if (head === null) return "not-an-image";
  if (head.width * head.height > MOST_PIXELS) return "too-many-pixels";
  return null;
}

/** The size as a person sees it: turned the way the camera says. */
export function upright(head: ImageHead): Size {
  const { width, height } = head;
  return head.orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** The size a picture is kept in: never larger than it was, at least one pixel. */
export function shrunk(size: Size, longest = LONGEST_SIDE): Size {
  const factor = Math.min(1, longest / Math.max(size.width, size.height, 1));
  return {
    width: Math.max(1, Math.round(size.width * factor)),
    height: Math.max(1, Math.round(size.height * factor)),
  };
}

/** Whether two sizes have the same proportions; a pixel lost to rounding does not matter. */
export function hasShapeOf(found: Size, wanted: Size): boolean {
  const [a, b] = [found.width / found.height, wanted.width / wanted.height];
  return Math.abs(a - b) <= 0.02 * b;
}

/**
 * When a photo was taken. A camera that does not record its offset from UTC is taken to be this
 * phone; a time that cannot be true is replaced by now.
 */
export function takenAt(head: Pick<ImageHead, "takenAt" | "offset">, now: Date): Date {
  const found = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(head.takenAt);
  if (!found) return now;
  const [, year, month, day, hour, minute, second] = found;
  const zone = /^[+-]\d\d:\d\d$/.test(head.offset) ? head.offset : "";
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  const isTrue = at.getTime() <= now.getTime() && at.getFullYear() >= OLDEST_YEAR;
  return isTrue ? at : now;
}

/** Whether a photo may be added; without an estimate the answer is yes, and the write decides. */
export function hasRoom(estimate: { quota?: number; usage?: number }): boolean {
  if (estimate.quota === undefined || estimate.usage === undefined) return true;
  return estimate.quota - estimate.usage >= RESERVED_BYTES + KEPT_PHOTO_BYTES;
}

/** What a photo is called on the server: the name it had, as JPEG. */
export function photoName(name: string): string {
  const stem = name.replace(/\.[^.]{1,8}$/, "").trim();
  return `${stem.slice(0, 120) || "photo"}.jpg`;
}
