/** The photos of a work order: what the feed knows of them, and how far each has travelled. */
import type { Attachment } from "@truckroll/shared/api/gen/types.gen.ts";
import type { FileState, Row, SyncClient } from "@truckroll/sync-client";
import type { IconName } from "../../app/Icon.tsx";

/** Those "elsewhere" were taken with another phone. */
export type PhotoState =
  "waiting" | "sending" | "stored" | "receipted" | "refused" | "elsewhere" | "elsewhere-stored";

export interface Photo {
  id: string;
  takenAt: string | null;
  name: string;
  state: PhotoState;
  /** How much has been sent, while it is being sent. */
  percent: number;
  /** Changes when the server has made small pictures: then they are asked for again. */
  revision: number;
}

type AttachmentOf = Pick<
  Attachment,
  "id" | "entity_id" | "kind" | "name" | "state" | "taken_at" | "receipted_at"
>;

export const TONES: Record<PhotoState, { tone: string; icon: IconName }> = {
  waiting: { tone: "warn", icon: "device" },
  sending: { tone: "warn", icon: "upload" },
  stored: { tone: "warn", icon: "clock" },
  receipted: { tone: "ok", icon: "check" },
  refused: { tone: "bad", icon: "alert" },
  elsewhere: { tone: "", icon: "clock" },
  "elsewhere-stored": { tone: "warn", icon: "clock" },
};

export async function readPhotos(client: SyncClient, workOrderId: string): Promise<Photo[]> {
  const [rows, files] = await Promise.all([
    client.rows<AttachmentOf>("attachment"),
    client.filesOf(workOrderId),
  ]);
  return photosOf(
    rows.filter((row) => row.doc.entity_id === workOrderId),
    files,
  );
}

/** Both views of the same photos as one list, in the order they were taken. */
export function photosOf(rows: Row<AttachmentOf>[], files: FileState[]): Photo[] {
  const byId = new Map(files.map((file) => [file.attachmentId, file]));
  const known = rows
    .filter((row) => row.doc.kind === "photo")
    .map((row) => photoOf(row, byId.get(row.id)));
  const listed = new Set(rows.map((row) => row.id));
  const fresh = files
    .filter((file) => file.kind === "photo" && !listed.has(file.attachmentId))
    .map((file) => ({ ...fileFacts(file), id: file.attachmentId, takenAt: null, revision: 0 }));
  return [...known, ...fresh].sort((a, b) => byTime(a, b) || (a.id < b.id ? -1 : 1));
}

/** The newest have no time yet and stand last. */
function byTime(a: Photo, b: Photo): number {
  if (a.takenAt === null || b.takenAt === null)
    return Number(a.takenAt === null) - Number(b.takenAt === null);
  return Date.parse(a.takenAt) - Date.parse(b.takenAt);
}

function photoOf(row: Row<AttachmentOf>, file: FileState | undefined): Photo {
  const { name, taken_at } = row.doc;
  const facts = file ? fileFacts(file) : { percent: 0, state: serverState(row.doc) };
  return { ...facts, name, id: row.id, takenAt: taken_at, revision: row.revision };
}

/** How safe a photo is of which this phone has no record of its own. */
function serverState({ state, receipted_at }: AttachmentOf): PhotoState {
  if (state === "refused") return "refused";
  if (state === "awaiting_blob") return "elsewhere";
  return receipted_at ? "receipted" : "elsewhere-stored";
}

function fileFacts(file: FileState): { name: string; percent: number; state: PhotoState } {
  const percent = file.size > 0 ? Math.floor((100 * file.sentBytes) / file.size) : 0;
  return { name: file.name, percent, state: file.status };
}
