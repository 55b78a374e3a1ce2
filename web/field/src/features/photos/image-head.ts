/**
 * What the first bytes of a picture say: its format, its size in pixels and when it was taken.
 *
 * Nothing is decoded here, so a picture that is too large for this phone is recognised before it
 * can hurt.
 */
export type ImageFormat = "jpeg" | "png" | "webp" | "gif" | "bmp" | "heic" | "avif";

export interface ImageHead {
  format: ImageFormat;
  /** As stored, before the camera's orientation is applied; zero when the header does not say. */
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8; from 5 on width and height change places. */
  orientation: number;
  /** `2026:11:22 09:30:00`, as the camera's clock showed it; "" when it did not say. */
  takenAt: string;
  /** The camera's offset from UTC, as `+01:00`; "" when it did not say. */
  offset: string;
}

/** As much of a file as is looked at: JPEG headers with an embedded preview are long. */
export const HEAD_BYTES = 512 * 1024;

const PLAIN = { orientation: 1, takenAt: "", offset: "" };
const HEIC_BRANDS = new Set(["heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"]);

/** Read a head; null when the bytes are of no picture format known here. */
export function readHead(bytes: Uint8Array): ImageHead | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = formatOf(bytes);
  if (format === null) return null;
  try {
    return { ...PLAIN, format, ...READERS[format](view) };
  } catch {
    // Cut off in the middle: the format is known, the size is not.
    return { ...PLAIN, format, width: 0, height: 0 };
  }
}

type Facts = Partial<ImageHead> & { width: number; height: number };

const READERS: Record<ImageFormat, (view: DataView) => Facts> = {
  jpeg: readJpeg,
  png: (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  gif: (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  bmp: (view) => ({
    width: Math.abs(view.getInt32(18, true)),
    height: Math.abs(view.getInt32(22, true)),
  }),
  webp: readWebp,
  heic: readBoxes,
  avif: readBoxes,
};

function formatOf(bytes: Uint8Array): ImageFormat | null {
  if (starts(bytes, 0, [0xff, 0xd8, 0xff])) return "jpeg";
  if (starts(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") return "webp";
  if (text(bytes, 0, 4) === "GIF8") return "gif";
  if (text(bytes, 4, 4) === "ftyp") return brandOf(bytes);
  if (text(bytes, 0, 2) === "BM" && bytes[14] === 40) return "bmp";
  return null;
}

function brandOf(bytes: Uint8Array): ImageFormat | null {
  if (text(bytes, 8, 56).includes("avif")) return "avif";
  return HEIC_BRANDS.has(text(bytes, 8, 4)) ? "heic" : null;
}

function starts(bytes: Uint8Array, at: number, signature: number[]): boolean {
  return signature.every((byte, index) => bytes[at + index] === byte);
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function readWebp(view: DataView): Facts {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const form = text(bytes, 12, 4);
  if (form === "VP8X")
    return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27), orientation: 1 };
  if (form === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

/** HEIC and AVIF: the largest `ispe` property, since tiles and previews have their own. */
function readBoxes(view: DataView): Facts {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let best = { width: 0, height: 0 };
  for (let at = 4; at + 16 <= bytes.length; at++) {
    if (bytes[at] !== 0x69 || !starts(bytes, at, [0x69, 0x73, 0x70, 0x65])) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (size.width * size.height > best.width * best.height) best = size;
  }
  return best;
}

const START_OF_SCAN = 0xda;
const EXIF_SEGMENT = 0xe1;

/** Walk the segments up to the scan: the frame has the size, the EXIF segment the rest. */
function readJpeg(view: DataView): Facts {
  const found: Facts = { width: 0, height: 0 };
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) break;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === START_OF_SCAN) break;
    if (isFrame(marker))
      Object.assign(found, { height: view.getUint16(at + 5), width: view.getUint16(at + 7) });
    if (marker === EXIF_SEGMENT) Object.assign(found, readExif(view, at + 4));
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return found;
}

/** C0 to CF start a frame, except tables (C4), reserved (C8) and arithmetic conditioning (CC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

const TAG = { orientation: 0x0112, exif: 0x8769, takenAt: 0x9003, offset: 0x9011 } as const;

function readExif(view: DataView, at: number): Partial<ImageHead> {
  if (view.getUint32(at) !== 0x45786966) return {};
  const tiff = at + 6;
  const little = view.getUint16(tiff) === 0x4949;
  const entries = directory(view, tiff, view.getUint32(tiff + 4, little), little);
  const found: Partial<ImageHead> = {};
  const turned = entries.get(TAG.orientation);
  if (turned !== undefined) {
    const value = view.getUint16(turned + 8, little);
    if (value >= 1 && value <= 8) found.orientation = value;
  }
  const inner = entries.get(TAG.exif);
  if (inner === undefined) return found;
  const exif = directory(view, tiff, view.getUint32(inner + 8, little), little);
  found.takenAt = asciiOf(view, tiff, exif.get(TAG.takenAt), little);
  found.offset = asciiOf(view, tiff, exif.get(TAG.offset), little);
  return found;
}

/** Where each entry of a directory begins, by its tag. */
function directory(view: DataView, tiff: number, offset: number, little: boolean) {
  const entries = new Map<number, number>();
  const start = tiff + offset;
  if (start + 2 > view.byteLength) return entries;
  const count = Math.min(view.getUint16(start, little), 200);
  for (let index = 0; index < count; index++) {
    const at = start + 2 + index * 12;
    if (at + 12 > view.byteLength) break;
    entries.set(view.getUint16(at, little), at);
  }
  return entries;
}

function asciiOf(view: DataView, tiff: number, entry: number | undefined, little: boolean): string {
  if (entry === undefined) return "";
  const length = view.getUint32(entry + 4, little);
  const at = length <= 4 ? entry + 8 : tiff + view.getUint32(entry + 8, little);
  if (length > 64 || at + length > view.byteLength) return "";
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  return text(bytes, 0, length).replace(/\0.*$/s, "").trim();
}
