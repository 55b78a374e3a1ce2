import type { Context } from "./context.ts";
import { removeSettledRevoked } from "./pages.ts";
import { requeue } from "./push.ts";
import { type Receipt, readReceipt } from "./receipts.ts";
import { type CommandRecord, type FileRecord, keyOf, type Store } from "./store.ts";
import { WireError } from "./wire.ts";

/** Making sure, and then forgetting: nothing leaves the phone before the server has signed. */

const MOST = 200;
const DAY = 24 * 3600 * 1000;
/** A server that is restored from a backup can be given everything younger than this. */
export const RETENTION = 14 * DAY;

/** What a receipt signs for; nothing when the signature does not hold. */
export async function signedFor(
  context: Context,
  jws: string,
): Promise<{ commands: Set<string>; blobs: Set<string> }> {
  const receipt = await verified(context, jws);
  const isOurs = receipt?.tenant === context.account.tenantId;
  return {
    commands: new Set(isOurs ? receipt.commands : []),
    blobs: new Set(isOurs ? receipt.blobs : []),
  };
}

async function verified(context: Context, jws: string): Promise<Receipt | undefined> {
  const { store, wire } = context;
  let verdict = await readReceipt(jws, (await store.value("keys")) ?? []);
  if ("problem" in verdict && verdict.problem === "unknown-key") {
    const { keys } = await wire.receiptKeys();
    await store.keep("keys", keys);
    verdict = await readReceipt(jws, keys);
  }
  return "receipt" in verdict ? verdict.receipt : undefined;
}

/** Ask the server to sign for what it has taken but not signed for yet. */
export async function fetchReceipts(context: Context): Promise<void> {
  const { store } = context;
  for (;;) {
    const commands = await store.commands
      .where("receipted")
      .equals(0)
      .filter((command) => command.unsent === 0)
      .limit(MOST)
      .toArray();
    const files = await store.files.where("status").equals("stored").limit(MOST).toArray();
    if (commands.length + files.length === 0) return;
    const settled = await ask(context, commands, files);
    if (settled === 0) throw new WireError(0, "receipt-invalid");
  }
}

/** After a change of epoch: does the server still have what it once signed for? */
export async function verifyRetained(context: Context): Promise<void> {
  const { store } = context;
  const { epoch } = await store.feed();
  const verifiedEpoch = await store.value("verifiedEpoch");
  if (epoch === verifiedEpoch || epoch === "") return;
  if (verifiedEpoch !== undefined) {
    const commands = await store.commands.filter((command) => command.unsent === 0).toArray();
    const files = await store.files
      .where("kept")
      .equals(1)
      .filter(({ status }) => status === "stored" || status === "receipted")
      .toArray();
    for (let i = 0; i < Math.max(commands.length, files.length); i += MOST) {
      await ask(context, commands.slice(i, i + MOST), files.slice(i, i + MOST));
    }
  }
  await store.keep("verifiedEpoch", epoch);
}

/** Ask about commands and files; returns about how many something is known now. */
async function ask(
  context: Context,
  commands: CommandRecord[],
  files: FileRecord[],
): Promise<number> {
  const { store, wire } = context;
  const hashes = [...new Set(files.map((file) => file.sha256))];
  const answer = await wire.receipts(
    commands.map(({ id }) => id),
    hashes,
  );
  const signed = await signedFor(context, answer.receipt);
  const at = context.now().toISOString();
  await store.transaction("rw", store.commands, store.files, async () => {
    await store.commands
      .where("id")
      .anyOf([...signed.commands])
      .modify({ receipted: 1 });
    await requeue(store, answer.missing_commands);
    for (const file of files) {
      if (signed.blobs.has(file.sha256)) await settle(store, file, "receipted", at);
      else if (answer.missing_blobs.includes(file.sha256)) await settle(store, file, "waiting", at);
    }
  });
  const { missing_commands, missing_blobs } = answer;
  return signed.commands.size + signed.blobs.size + missing_commands.length + missing_blobs.length;
}

async function settle(
  store: Store,
  file: FileRecord,
  status: "receipted" | "waiting",
  at: string,
): Promise<void> {
  await store.files
    .where("attachmentId")
    .equals(file.attachmentId)
    .modify((kept: FileRecord) => {
      kept.status = status;
      kept.sentBytes = status === "receipted" ? kept.size : 0;
      if (status === "receipted") kept.settledAt ??= at;
      else delete kept.uploadUrl;
    });
}

/** Mark those waiting files as receipted whose bytes the server has already. */
export async function settleKnownFiles(context: Context, files: FileRecord[]): Promise<void> {
  const hashes = [...new Set(files.map((file) => file.sha256))].slice(0, MOST);
  if (hashes.length === 0) return;
  const answer = await context.wire.receipts([], hashes);
  const signed = await signedFor(context, answer.receipt);
  const at = context.now().toISOString();
  for (const file of files) {
    if (signed.blobs.has(file.sha256)) await settle(context.store, file, "receipted", at);
  }
}

/** Forget what is safe and old enough; bytes as soon as the server shows the attachment itself. */
export async function tidy(context: Context): Promise<void> {
  const { store } = context;
  const now = context.now().getTime();
  await removeSettledRevoked(store);
  await store.transaction("rw", [store.files, store.parts, store.records], async () => {
    for (const file of await store.files.where("kept").equals(1).toArray()) {
      if (!(await mayForget(store, file, now))) continue;
      await store.parts
        .where("[attachmentId+part]")
        .between([file.attachmentId, 0], [file.attachmentId, Infinity])
        .delete();
      await store.files.update(file.attachmentId, { kept: 0 });
    }
    await store.files
      .where("kept")
      .equals(0)
      .filter(({ settledAt }) => age(settledAt, now) > RETENTION)
      .delete();
  });
  await store.commands
    .where("receipted")
    .equals(1)
    .filter((command) => isForgettable(command, now))
    .delete();
}

export function isForgettable(command: CommandRecord, now: number): boolean {
  const { unsent, trouble, overlay, receipted, result } = command;
  if (unsent === 1 || receipted === 0 || trouble === 1 || overlay.length > 0) return false;
  return age(result?.at, now) > RETENTION;
}

async function mayForget(store: Store, file: FileRecord, now: number): Promise<boolean> {
  if (file.status === "refused") return age(file.settledAt, now) > RETENTION;
  if (file.status !== "receipted") return false;
  const row = await store.records.get(keyOf("attachment", file.attachmentId));
  return row ? row.doc["state"] === "stored" : age(file.settledAt, now) > DAY;
}

function age(at: string | undefined, now: number): number {
  return at === undefined ? 0 : now - Date.parse(at);
}
