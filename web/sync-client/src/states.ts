import type { CommandRecord, FileRecord, Store } from "./store.ts";
import { type CommandState, type FileState, SyncClientError } from "./types.ts";
import { readBytes } from "./uploads.ts";

/** What the app shows of the outbox. */

export async function commandsOf(store: Store, entityId: string): Promise<CommandState[]> {
  const own = await store.commands.where("entityId").equals(entityId).sortBy("seq");
  return withFiles(store, own);
}

/** Everything that is not safe yet, or that somebody should look at, in its order. */
export async function openCommands(store: Store): Promise<CommandState[]> {
  const open = await store.commands
    .where("receipted")
    .equals(0)
    .or("trouble")
    .equals(1)
    .distinct()
    .sortBy("seq");
  return withFiles(store, open);
}

export async function troublesOf(store: Store): Promise<CommandState[]> {
  return withFiles(store, await store.commands.where("trouble").equals(1).sortBy("seq"));
}

export async function filesOf(store: Store, entityId: string): Promise<FileState[]> {
  return (await store.files.where("entityId").equals(entityId).sortBy("at")).map(fileState);
}

export async function openFiles(store: Store): Promise<FileState[]> {
  const open = ["waiting", "sending", "stored", "refused"];
  return (await store.files.where("status").anyOf(open).sortBy("at")).map(fileState);
}

export async function dismissTrouble(store: Store, commandId: string): Promise<void> {
  await store.commands.where("id").equals(commandId).modify({ trouble: 0 });
}

async function withFiles(store: Store, commands: CommandRecord[]): Promise<CommandState[]> {
  const announced = commands.filter(({ type }) => type === "attachment.add");
  const files = await store.files.bulkGet(announced.map(({ entityId }) => entityId));
  const refused = new Map(
    files.filter((file) => file?.status === "refused").map((file) => [file?.attachmentId, file]),
  );
  return commands.map((command) => commandState(command, refused.get(command.entityId)));
}

export function commandState(command: CommandRecord, refused?: FileRecord): CommandState {
  const { id, seq, type, entityId, args, at, result, tried, about } = command;
  const isReceipted = command.receipted === 1;
  const common = { id, seq, type, entityId, args, at, isReceipted, ...(about ? { about } : {}) };
  // The announcement was taken, the bytes were not: for the engineer the photo was refused.
  if (refused) return { ...common, status: "refused", code: refused.code ?? "file-refused" };
  if (!result) return { ...common, status: tried ? "sent" : "queued" };
  const { status, details } = result;
  const code = details["code"] ?? details["reason"];
  return { ...common, status, details, ...(typeof code === "string" ? { code } : {}) };
}

export function fileState(file: FileRecord): FileState {
  const { attachmentId, entityId, kind, name, size, sentBytes, status, code } = file;
  return {
    attachmentId,
    entityId,
    kind,
    name,
    size,
    sentBytes,
    status,
    ...(code === undefined ? {} : { code }),
  };
}

/**
 * Everything the server has not signed for, as one file that a supervisor can hand in: NDJSON, a
 * line for the phone, one for each command and one for each file with its bytes.
 */
export async function exportOutbox(store: Store, head: Record<string, unknown>): Promise<Blob> {
  const installation = await store.value("installation");
  const commands = await store.commands.where("receipted").equals(0).sortBy("seq");
  const files = await store.files.where("kept").equals(1).toArray();
  const lines: string[] = [line({ format: "truckroll-outbox", version: 1, ...head, installation })];
  for (const { id, seq, type, entityId, baseRevision, args, at, result } of commands) {
    const command = { id, seq, type, entity_id: entityId, base_revision: baseRevision, args };
    lines.push(line({ command: { ...command, device_at: at, result: result ?? null } }));
  }
  for (const file of files.filter(({ status }) => status !== "receipted")) {
    const bytes = await readBytes(store, file);
    if (!bytes) throw new SyncClientError("bytes-missing");
    const { attachmentId, sha256, mime, name, entityKind, entityId } = file;
    const about = { attachment_id: attachmentId, sha256, mime, name, entity_kind: entityKind };
    lines.push(line({ file: { ...about, entity_id: entityId, base64: await base64Of(bytes) } }));
  }
  return new Blob(lines, { type: "application/x-ndjson" });
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}
