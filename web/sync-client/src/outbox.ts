import Dexie from "dexie";
import { cleanJson } from "./clean.ts";
import { bytesOf, MAX_COMMAND_BYTES } from "./plan.ts";
import { touchedBy } from "./reducers/index.ts";
import type { Look, Touched } from "./reducers/reducer.ts";
import { sha256 } from "./sha256.ts";
import {
  type CommandRecord,
  type Doc,
  type FileRecord,
  keyOf,
  PART_BYTES,
  type Store,
} from "./store.ts";
import {
  type Account,
  type Kind,
  type NewCommand,
  type NewFile,
  type Row,
  SyncClientError,
} from "./types.ts";
import { readRow, readRows } from "./view.ts";

/** Recording: what was done is on the disk, and on the screen, before anything else happens. */
export interface Desk {
  store: Store;
  account: Account;
  now: () => Date;
  newId: () => string;
}

/** Record a command; it is durable, and shown, when this resolves. Returns its id. */
export async function record(desk: Desk, command: NewCommand): Promise<string> {
  const { store } = desk;
  const prepared = await prepare(desk, command);
  await guarded(() =>
    store.transaction("rw", store.commands, store.meta, () => append(store, prepared)),
  );
  return prepared.id;
}

/** Keep a file and announce it, both or none of it. Returns the attachment's id. */
export async function attach(desk: Desk, file: NewFile): Promise<string> {
  if (file.blob.size === 0) throw new SyncClientError("file-empty");
  const { store } = desk;
  const data = await file.blob.arrayBuffer();
  const hash = await sha256(data);
  const attachmentId = file.attachmentId ?? desk.newId();
  const taken = file.takenAt.toISOString();
  const announcement = await prepare(desk, {
    type: "attachment.add",
    entityId: attachmentId,
    args: {
      entity_kind: file.entityKind,
      entity_id: file.entityId,
      sha256: hash,
      size: data.byteLength,
      mime: file.blob.type || "application/octet-stream",
      kind: file.kind,
      name: [...file.name].slice(0, 120).join(""),
      taken_at: taken,
    },
  });
  const record = fileRecord(file, announcement, attachmentId, desk.now().toISOString());
  const tables = [store.commands, store.meta, store.files, store.parts];
  await guarded(() =>
    store.transaction("rw", tables, async () => {
      // A second call with the same id is the same photo.
      if (await store.files.get(attachmentId)) return;
      await store.files.add(record);
      await store.parts.bulkPut(split(attachmentId, data));
      await append(store, announcement);
    }),
  );
  return attachmentId;
}

function fileRecord(
  file: NewFile,
  announcement: Prepared,
  attachmentId: string,
  at: string,
): FileRecord {
  const {
    sha256: hash,
    size,
    mime,
    name,
  } = announcement.args as {
    sha256: string;
    size: number;
    mime: string;
    name: string;
  };
  return {
    attachmentId,
    entityKind: file.entityKind,
    entityId: file.entityId,
    kind: file.kind,
    name,
    mime,
    size,
    sha256: hash,
    at,
    status: "waiting",
    sentBytes: 0,
    kept: 1,
    failures: 0,
  };
}

function split(attachmentId: string, data: ArrayBuffer) {
  const parts = [];
  for (let start = 0; start < data.byteLength; start += PART_BYTES) {
    const part = start / PART_BYTES;
    parts.push({ attachmentId, part, data: data.slice(start, start + PART_BYTES) });
  }
  return parts;
}

type Prepared = Omit<CommandRecord, "seq">;

/** Everything about a command but its number; what it touches is looked up here, once. */
async function prepare(desk: Desk, given: NewCommand): Promise<Prepared> {
  const command = cleanJson(given);
  if (bytesOf(command.args) > MAX_COMMAND_BYTES) throw new SyncClientError("command-too-large");
  const { keys, context = {} }: Touched = await touchedBy(command, lookOf(desk));
  const touches = [...new Set(keys.map(({ kind, id }) => keyOf(kind, id)))];
  const about = await workOrderOf(desk, keys);
  return {
    ...(about ? { about } : {}),
    id: desk.newId(),
    type: command.type,
    entityId: command.entityId,
    args: command.args,
    baseRevision: command.baseRevision ?? null,
    at: desk.now().toISOString(),
    by: desk.account.userId,
    unsent: 1,
    tried: false,
    overlay: touches,
    touches,
    context,
    receipted: 0,
    trouble: 0,
  };
}

/** What the work order that a command is about is called: by the number of its ticket. */
async function workOrderOf(desk: Desk, keys: Touched["keys"]): Promise<CommandRecord["about"]> {
  const { row } = lookOf(desk);
  const idOf = (wanted: Kind) => keys.find(({ kind }) => kind === wanted)?.id;
  const [own, bookingId] = [idOf("work_order"), idOf("booking")];
  const booking = own === undefined && bookingId ? await row("booking", bookingId) : undefined;
  const doc = await row("work_order", own ?? String(booking?.["work_order_id"]));
  const { ticket, title } = doc ?? {};
  const { number } = (ticket ?? {}) as Doc;
  return typeof number === "number" && typeof title === "string" ? { number, title } : undefined;
}

/** Give a command its number and put it into the outbox; runs in the caller's transaction. */
async function append(store: Store, command: Prepared): Promise<void> {
  const installation = await store.value("installation");
  if (!installation) throw new SyncClientError("store-vanished");
  const { nextSeq } = installation;
  await store.commands.add({ ...command, seq: nextSeq });
  await store.keep("installation", { ...installation, nextSeq: nextSeq + 1 });
}

function lookOf(desk: Desk): Look {
  const { store, account } = desk;
  return {
    displayName: account.displayName,
    engineerId: account.engineerId,
    row: async (kind, id) => (await readRow<Record<string, unknown>>(store, kind, id))?.doc,
    find: async (kind: Kind, wanted) => {
      const rows: Row[] = await readRows(store, kind);
      return rows.map((row) => row.doc).filter(wanted);
    },
  };
}

/** Say "storage-full" when the phone is; the transaction has then changed nothing. */
async function guarded<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asClientError(error);
  }
}

export function asClientError(error: unknown): unknown {
  return isQuota(error) ? new SyncClientError("storage-full", error) : error;
}

export function isQuota(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, inner } = error as { name?: string; inner?: unknown };
  return name === Dexie.errnames.QuotaExceeded || (inner !== undefined && isQuota(inner));
}
