import type { Upload, UploadOptions } from "tus-js-client";
import type { Context } from "./context.ts";
import { sha256 } from "./sha256.ts";
import { settleKnownFiles } from "./settle.ts";
import type { FileRecord, Store } from "./store.ts";
import { FetchStack } from "./tus.ts";
import { failureOf, WireError } from "./wire.ts";

/** Sending the bytes of files, one file after the other, each from where it stands. */

const FIRST_CHUNK = 256 * 1024;
const LARGEST_CHUNK = 1024 * 1024;
const MOST_RESTARTS = 5;
const REFUSALS = new Set([400, 413, 415, 422]);

export interface Sender {
  fetch: typeof fetch;
  endpoint: string;
  /** Ends the upload under way; what has arrived stays there. */
  signal: AbortSignal;
}

/** Send all waiting files; returns how many are done. Throws when it has to be tried again. */
export async function uploadAll(context: Context, sender: Sender): Promise<number> {
  const { store } = context;
  // Who was killed in the middle of a file has not said goodbye.
  await store.files.where("status").equals("sending").modify({ status: "waiting" });
  await settleKnownFiles(context, await waitingFiles(store));
  for (let done = 0; ; done++) {
    const [file] = await waitingFiles(store);
    if (!file || sender.signal.aborted) return done;
    await uploadOne(context, sender, file);
  }
}

/** The files that wait, announced ones only: bytes that nobody expects would not be bound. */
async function waitingFiles(store: Store): Promise<FileRecord[]> {
  const waiting = await store.files.where("status").equals("waiting").sortBy("at");
  const unheard = await store.commands
    .where("entityId")
    .anyOf(waiting.map(({ attachmentId }) => attachmentId))
    .filter(({ type, result }) => type === "attachment.add" && result === undefined)
    .toArray();
  const unannounced = new Set(unheard.map(({ entityId }) => entityId));
  const files = waiting.filter(({ attachmentId }) => !unannounced.has(attachmentId));
  // Signatures first: they are small, and a customer stands behind them.
  return files.sort((a, b) => Number(b.kind === "signature") - Number(a.kind === "signature"));
}

async function uploadOne(context: Context, sender: Sender, file: FileRecord): Promise<void> {
  const { store, now } = context;
  await store.files.update(file.attachmentId, { status: "sending" });
  try {
    await transfer(store, sender, file);
    const settledAt = now().toISOString();
    const stored = { status: "stored" as const, sentBytes: file.size, settledAt };
    await store.files.update(file.attachmentId, stored);
  } catch (error) {
    const failure = reasonOf(error);
    const refusal = await judge(store, file, failure);
    if (refusal === undefined) throw failure;
    await refuse(context, file, refusal);
  }
}

/** Decide what a failure means for the file: the code of a refusal, or undefined for another try. */
async function judge(
  store: Store,
  file: FileRecord,
  failure: WireError,
): Promise<string | undefined> {
  const refusal = refusalOf(failure);
  if (refusal !== undefined) return refusal;
  const { status, code } = failure;
  const isOver = [404, 410, 460].includes(status);
  await store.files
    .where("attachmentId")
    .equals(file.attachmentId)
    .modify((kept: FileRecord) => {
      kept.status = "waiting";
      if (!isOver) return;
      kept.sentBytes = 0;
      kept.failures += 1;
      delete kept.uploadUrl;
    });
  if (status === 460 && (await isDamaged(store, file))) return "bytes-damaged";
  return isOver && file.failures >= MOST_RESTARTS ? code : undefined;
}

/** The code of an answer that no other try will better. */
export function refusalOf({ status, code, params }: WireError): string | undefined {
  if (code === "bytes-missing") return code;
  if (REFUSALS.has(status) && !code.startsWith("http-")) return code;
  const reason = params["reason"];
  const wasRefused = status === 410 && typeof reason === "string" && reason !== "expired";
  return wasRefused ? reason : undefined;
}

/** The announcement becomes a trouble, so that somebody takes the picture again. */
async function refuse(context: Context, file: FileRecord, code: string): Promise<void> {
  const { store, now } = context;
  const { attachmentId } = file;
  await store.transaction("rw", store.files, store.commands, async () => {
    const settledAt = now().toISOString();
    await store.files.update(attachmentId, { status: "refused", code, settledAt });
    await store.commands
      .where("entityId")
      .equals(attachmentId)
      .filter((command) => command.type === "attachment.add")
      .modify({ trouble: 1 });
  });
}

async function isDamaged(store: Store, file: FileRecord): Promise<boolean> {
  const bytes = await readBytes(store, file);
  return !bytes || (await sha256(await bytes.arrayBuffer())) !== file.sha256;
}

/** The file's bytes, undefined when they are not here any more. */
export async function readBytes(store: Store, file: FileRecord): Promise<Blob | undefined> {
  const parts = await store.parts
    .where("[attachmentId+part]")
    .between([file.attachmentId, 0], [file.attachmentId, Infinity])
    .toArray();
  const blob = new Blob(
    parts.map((part) => part.data),
    { type: file.mime },
  );
  return blob.size === file.size ? blob : undefined;
}

async function transfer(store: Store, sender: Sender, file: FileRecord): Promise<void> {
  const bytes = await readBytes(store, file);
  if (!bytes) throw new WireError(0, "bytes-missing");
  // Fetched when there is something to send: an app starts without it.
  const tus = await import("tus-js-client").catch(() => {
    throw new WireError(0, "offline");
  });
  const note = (changes: Partial<FileRecord>) =>
    void store.files.update(file.attachmentId, changes).catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    const upload: Upload = new tus.Upload(bytes, {
      ...optionsFor(sender, file, bytes),
      onUploadUrlAvailable: () => note({ uploadUrl: upload.url ?? "" }),
      onChunkComplete: chunkWatcher(
        (sentBytes) => note({ sentBytes }),
        (change) => (upload.options.chunkSize = change(upload.options.chunkSize ?? FIRST_CHUNK)),
      ),
      onSuccess: () => resolve(),
      onError: reject,
    });
    sender.signal.addEventListener("abort", () => {
      void upload.abort();
      reject(new WireError(0, "stopped"));
    });
    upload.start();
  });
}

function optionsFor(sender: Sender, file: FileRecord, bytes: Blob): UploadOptions {
  return {
    endpoint: sender.endpoint,
    uploadUrl: file.uploadUrl ?? null,
    httpStack: new FetchStack(sender.fetch),
    fileReader: { openFile: () => Promise.resolve(sourceOf(bytes)) },
    metadata: { filename: file.name, filetype: file.mime, sha256: file.sha256 },
    chunkSize: FIRST_CHUNK,
    // The loop tries again, with everything else; the URL lies beside the bytes.
    retryDelays: null,
    storeFingerprintForResuming: false,
    fingerprint: () => Promise.resolve(""),
  };
}

function chunkWatcher(
  arrived: (bytes: number) => void,
  resize: (change: (size: number) => number) => void,
): (size: number, accepted: number) => void {
  let since = performance.now();
  return (_size, accepted) => {
    arrived(accepted);
    const milliseconds = performance.now() - since;
    since = performance.now();
    resize((size) => nextChunk(size, milliseconds));
  };
}

/** Small pieces where the line is slow: each one that has arrived need not be sent again. */
export function nextChunk(size: number, milliseconds: number): number {
  if (milliseconds < 1000) return Math.min(LARGEST_CHUNK, size * 2);
  return milliseconds > 10_000 ? FIRST_CHUNK : size;
}

function sourceOf(bytes: Blob) {
  return {
    size: bytes.size,
    slice: (start: number, end: number) =>
      Promise.resolve({ value: bytes.slice(start, end), done: end >= bytes.size }),
    close: () => undefined,
  };
}

/** tus-js-client wraps what our own transport has thrown. */
function reasonOf(error: unknown): WireError {
  const cause = (error as { causingError?: unknown } | undefined)?.causingError ?? error;
  return failureOf(cause);
}
