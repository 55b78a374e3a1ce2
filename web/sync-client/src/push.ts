import Dexie from "dexie";
import type { Context } from "./context.ts";
import { enrol, startAnew } from "./enrolment.ts";
import { batchOf, MAX_COMMANDS } from "./plan.ts";
import { signedFor } from "./settle.ts";
import type { CommandRecord, Store } from "./store.ts";
import { type PushAnswer, type SentCommand, WireError } from "./wire.ts";

/** Sending the outbox. Only an answer that names a command's result takes it off the queue. */

const SETTLED = new Set(["applied", "merged"]);
const MALFORMED = new Set([400, 413, 422]);

/** Send everything that is unsent, in the order of the numbers. */
export async function pushAll(context: Context): Promise<number> {
  const { store } = context;
  let sent = 0;
  let most = MAX_COMMANDS;
  const repaired = new Set<string>();
  for (;;) {
    const queue = await unsent(store, most);
    if (queue.length === 0) return sent;
    const batch = batchOf(queue.map(sentForm), most);
    try {
      sent += await pushBatch(context, queue.slice(0, batch.length), batch);
      most = Math.min(MAX_COMMANDS, most * 2);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (isMalformed(error)) most = await narrow(store, queue, batch.length, error);
      else await repair(context, error, repaired);
    }
  }
}

function unsent(store: Store, most: number): Promise<CommandRecord[]> {
  const { minKey, maxKey } = Dexie;
  return store.commands
    .where("[unsent+seq]")
    .between([1, minKey], [1, maxKey])
    .limit(most)
    .toArray();
}

function sentForm(command: CommandRecord): SentCommand {
  return {
    seq: command.seq,
    id: command.id,
    type: command.hollow ? "command.unreadable" : command.type,
    entity_id: command.entityId,
    base_revision: command.baseRevision,
    args: command.hollow ? {} : command.args,
    device_at: command.at,
    v: 1,
  };
}

async function pushBatch(
  context: Context,
  commands: CommandRecord[],
  batch: SentCommand[],
): Promise<number> {
  const { store, wire } = context;
  const installation = await store.value("installation");
  if (!installation) throw new WireError(0, "store-vanished");
  const fresh = commands.filter((command) => !command.tried).map((command) => command.id);
  if (fresh.length > 0) await store.commands.where("id").anyOf(fresh).modify({ tried: true });
  const answer = await wire.push(installation.id, batch);
  const kept = await takeResults(context, answer, new Set(batch.map(({ id }) => id)));
  if (kept === 0) throw new WireError(0, "no-progress");
  return kept;
}

/** Keep what became of the commands, with the server's signature where it holds. */
export async function takeResults(
  context: Context,
  answer: PushAnswer,
  asked: ReadonlySet<string>,
): Promise<number> {
  const { store, now } = context;
  const signed = await signedFor(context, answer.receipt);
  const results = new Map(answer.results.map((result) => [result.id, result]));
  const at = now().toISOString();
  let kept = 0;
  await store.transaction("rw", store.commands, async () => {
    const known = await store.commands.bulkGet([...asked]);
    for (const command of known) {
      const result = command && results.get(command.id);
      if (!command || !result) continue;
      kept += 1;
      const { height, epoch } = answer;
      const details = command.hollow ? { code: "unreadable" } : result.details;
      const isSettled = SETTLED.has(result.status);
      await store.commands.put({
        ...command,
        unsent: 0,
        result: { status: result.status, details, height, epoch, at },
        receipted: signed.commands.has(command.id) ? 1 : command.receipted,
        trouble: isSettled || command.result ? command.trouble : 1,
        overlay: isSettled ? command.overlay : [],
      });
    }
  });
  return kept;
}

/** Our own server could not read the request: find the command that is to blame. */
function isMalformed(error: WireError): boolean {
  return MALFORMED.has(error.status) && !error.code.startsWith("http-");
}

async function narrow(
  store: Store,
  queue: CommandRecord[],
  size: number,
  error: WireError,
): Promise<number> {
  if (size > 1) return Math.ceil(size / 2);
  const [blamed] = queue;
  if (!blamed || blamed.hollow) throw error;
  await store.commands.update(blamed.id, { hollow: true });
  return 1;
}

/** Do what the server asks for when numbers or the installation do not fit; once per round. */
async function repair(context: Context, error: WireError, repaired: Set<string>): Promise<void> {
  const key = `${error.code}:${String(error.params["expect"] ?? "")}`;
  if (repaired.has(key)) throw error;
  repaired.add(key);
  if (error.code === "command-gap") return fillGap(context, Number(error.params["expect"]));
  if (error.code === "installation-forked") return startAnew(context);
  if (error.status === 404 && error.code === "not-found") return enrol(context);
  throw error;
}

/**
 * The server lacks commands that it had before: it was restored from a backup. They are still
 * here, so it gets them again; their effects are shown as unsent until it has them.
 */
async function fillGap(context: Context, expect: number): Promise<void> {
  const { store } = context;
  const first = await store.commands.where("seq").aboveOrEqual(expect).first();
  if (first?.seq !== expect) return startAnew(context);
  await requeue(store, await store.commands.where("seq").aboveOrEqual(expect).primaryKeys());
}

export async function requeue(store: Store, ids: readonly string[]): Promise<void> {
  await store.commands
    .where("id")
    .anyOf(ids)
    .modify((command: CommandRecord) => {
      command.unsent = 1;
      command.receipted = 0;
      command.overlay = command.touches;
      delete command.result;
    });
}
