/** From the camera or the gallery into the store of this phone, one photo after the other. */
import { SyncClientError, type SyncClient } from "@truckroll/sync-client";
import { holdReload } from "../pwa/unsaved.ts";
import { checkRoom } from "./room.ts";
import { shrink } from "./shrink.ts";
import { photoName, type PhotoRefusal } from "./shrink-plan.ts";

export interface PhotoProblem {
  id: number;
  name: string;
  refusal: PhotoRefusal;
}

export interface Taken {
  ids: string[];
  problems: PhotoProblem[];
}

type Progress = (index: number, count: number) => void;

let lastProblem = 0;

/** Keep photos of a work order; one that cannot be kept does not hold up the others. */
export async function takePhotos(
  client: SyncClient,
  workOrderId: string,
  files: File[],
  onProgress: Progress,
): Promise<Taken> {
  const release = holdReload("photos");
  const taken: Taken = { ids: [], problems: [] };
  try {
    // One at a time: several pictures decoded at once are more than a cheap phone can hold.
    for (const [index, file] of files.entries()) {
      onProgress(index + 1, files.length);
      const kept = await keep(client, workOrderId, file);
      if (typeof kept === "string") taken.ids.push(kept);
      else taken.problems.push({ ...kept, id: ++lastProblem, name: file.name });
    }
  } finally {
    release();
  }
  return taken;
}

async function keep(
  client: SyncClient,
  workOrderId: string,
  file: File,
): Promise<string | { refusal: PhotoRefusal }> {
  if (!(await checkRoom())) return { refusal: "storage-full" };
  const small = await shrink(file, new Date());
  if ("refusal" in small) return small;
  try {
    return await client.attach({
      entityKind: "work_order",
      entityId: workOrderId,
      kind: "photo",
      name: photoName(file.name),
      blob: small.blob,
      takenAt: small.takenAt,
    });
  } catch (error) {
    return { refusal: isFull(error) ? "storage-full" : "not-kept" };
  }
}

/** Whether the store refused because the phone is full. */
export function isFull(error: unknown): boolean {
  if (error instanceof SyncClientError) return error.code === "storage-full";
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
