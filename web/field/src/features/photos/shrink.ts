/** Decoding and shrinking with what the browser has; one picture at a time. */
import { HEAD_BYTES, readHead } from "./image-head.ts";
import type { ImageHead } from "./image-head.ts";
import {
  hasShapeOf,
  JPEG_QUALITY,
  type PhotoRefusal,
  refusalOf,
  shrunk,
  type Size,
  takenAt,
  upright,
} from "./shrink-plan.ts";

export type Shrunk = { blob: Blob; takenAt: Date } | { refusal: PhotoRefusal };

/** Turn a file of the camera or the gallery into a JPEG of at most 1600 pixels a side. */
export async function shrink(file: Blob, now: Date): Promise<Shrunk> {
  const head = await headOf(file);
  const refusal = refusalOf(file.size, head);
  if (refusal) return { refusal };
  if (!head) return { refusal: "not-an-image" };
  const picture = await decode(file, head);
  if (!picture) return { refusal: head.format === "heic" ? "heic" : "unreadable" };
  try {
    const blob = await encode(picture.image, shrunk(picture.size));
    return blob ? { blob, takenAt: takenAt(head, now) } : { refusal: "unreadable" };
  } finally {
    picture.close();
  }
}

async function headOf(file: Blob): Promise<ImageHead | null> {
  try {
    return readHead(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch {
    // The gallery may have lost the file since it was chosen.
    return null;
  }
}

interface Picture {
  image: ImageBitmap | HTMLImageElement;
  size: Size;
  close: () => void;
}

async function decode(file: Blob, head: ImageHead): Promise<Picture | null> {
  return (await decodeSmall(file, head)) ?? (await decodeAsElement(file));
}

/**
 * The browser shrinks while it decodes, so that the full picture never stands on a canvas. Only the
 * width is given: the height that comes back tells whether the picture was turned upright.
 */
async function decodeSmall(file: Blob, head: ImageHead): Promise<Picture | null> {
  if (typeof createImageBitmap !== "function" || head.width === 0) return null;
  const whole = upright(head);
  const isAmbiguous = head.orientation >= 5 && hasShapeOf(whole, turned(whole));
  if (isAmbiguous) return null;
  try {
    const image = await createImageBitmap(file, {
      imageOrientation: "from-image",
      resizeWidth: shrunk(whole).width,
      resizeQuality: "high",
    });
    if (hasShapeOf(image, whole)) return { image, size: image, close: () => image.close() };
    image.close();
    return null;
  } catch {
    return null;
  }
}

const turned = (size: Size): Size => ({ width: size.height, height: size.width });

/** An image element applies the orientation everywhere, and decodes whatever the system can. */
async function decodeAsElement(file: Blob): Promise<Picture | null> {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  const close = () => {
    image.src = "";
    URL.revokeObjectURL(url);
  };
  try {
    await image.decode();
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    if (size.width > 0 && size.height > 0) return { image, size, close };
  } catch {
    // Not decodable: the caller says so in words.
  }
  close();
  return null;
}

async function encode(image: CanvasImageSource, size: Size): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) return null;
  context.imageSmoothingQuality = "high";
  // A transparent picture would turn black as JPEG.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size.width, size.height);
  context.drawImage(image, 0, 0, size.width, size.height);
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY),
  );
  // Safari keeps the pixels until the canvas is gone; an empty one is small.
  canvas.width = canvas.height = 0;
  return blob;
}
