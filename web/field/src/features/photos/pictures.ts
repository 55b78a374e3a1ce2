/**
 * Small and large pictures of attachments: from this phone while the bytes are here, else from the
 * server. What lists show is kept small, since a page of full photos is more than a phone can hold.
 */
import { signedFetch } from "@truckroll/shared/session.ts";
import type { SyncClient } from "@truckroll/sync-client";
import { useEffect, useState } from "react";

export type PictureSize = 320 | 1600;
export type Picture =
  { state: "loading" } | { state: "shown"; url: string } | { state: "away" } | { state: "damaged" };

const MOST_KEPT = 80;
const kept = new Map<string, Blob>();

/** A picture as an address for an image element; given back when nothing shows it any more. */
export function usePicture(
  client: SyncClient,
  id: string | null,
  size: PictureSize,
  revision = 0,
): Picture {
  const [picture, setPicture] = useState<Picture>({ state: "loading" });
  useEffect(() => {
    let isGone = false;
    let url = "";
    if (id === null) return;
    const load = () =>
      void find(client, id, size).then((found) => {
        if (isGone) return;
        if (typeof found === "string") return setPicture({ state: found });
        if (url) URL.revokeObjectURL(url);
        url = URL.createObjectURL(found);
        setPicture({ state: "shown", url });
      });
    const again = () => {
      if (!url) load();
    };
    load();
    addEventListener("online", again);
    return () => {
      isGone = true;
      removeEventListener("online", again);
      if (url) URL.revokeObjectURL(url);
    };
  }, [client, id, size, revision]);
  return picture;
}

async function find(
  client: SyncClient,
  id: string,
  size: PictureSize,
): Promise<Blob | "away" | "damaged"> {
  const key = `${id} ${size}`;
  const known = kept.get(key);
  if (known) return known;
  try {
    const local = await client.blob(id);
    const found = local ? await sized(local, size) : await fetched(id, size);
    if (size === 320) keep(key, found);
    return found;
  } catch (error) {
    return error instanceof DOMException ? "damaged" : "away";
  }
}

async function sized(blob: Blob, size: PictureSize): Promise<Blob> {
  if (size === 1600 || typeof createImageBitmap !== "function") return blob;
  const image = await createImageBitmap(blob);
  try {
    return (await thumbnail(image, size)) ?? blob;
  } finally {
    image.close();
  }
}

function thumbnail(image: ImageBitmap, size: number): Promise<Blob | null> {
  const factor = Math.min(1, size / Math.min(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * factor));
  canvas.height = Math.max(1, Math.round(image.height * factor));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
}

async function fetched(id: string, size: PictureSize): Promise<Blob> {
  const response = await signedFetch(`/api/v1/attachments/${id}/thumbnail?size=${size}`);
  if (!response.ok) throw new TypeError(`No picture: ${response.status}`);
  return response.blob();
}

/** The oldest go first: a map keeps the order in which its keys came. */
function keep(key: string, blob: Blob): void {
  kept.set(key, blob);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}
