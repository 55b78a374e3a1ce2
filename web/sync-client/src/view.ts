import { after } from "./reducers/index.ts";
import {
  type CommandRecord,
  keyOf,
  keysOf,
  partsOfKey,
  type RowRecord,
  type Store,
} from "./store.ts";
import type { Kind, Row } from "./types.ts";

/** What the screen shows: the server's rows, with the commands over them that it has not seen. */
export function readRows<D>(store: Store, kind: Kind): Promise<Row<D>[]> {
  const [low, high] = keysOf(kind);
  // Both requests at once, see readFacts.
  return store.transaction("r", store.records, store.commands, () =>
    Promise.all([
      store.records.where("key").between(low, high).toArray(),
      store.commands.where("overlay").between(low, high).distinct().toArray(),
    ]).then(([rows, waiting]) => rowsOf<D>(kind, rows, waiting)),
  );
}

export function readRow<D>(store: Store, kind: Kind, id: string): Promise<Row<D> | undefined> {
  const key = keyOf(kind, id);
  return store.transaction("r", store.records, store.commands, () =>
    Promise.all([
      store.records.get(key),
      store.commands.where("overlay").equals(key).sortBy("seq"),
    ]).then(([row, commands]) => shown<D>(key, row, commands)),
  );
}

export function rowsOf<D>(kind: Kind, rows: RowRecord[], waiting: CommandRecord[]): Row<D>[] {
  if (waiting.length === 0) return rows.map((row) => plain<D>(kind, row));
  const overlays = byKey(waiting);
  const held = new Set(rows.map((row) => row.key));
  const made = [...overlays.keys()].filter(
    (key) => partsOfKey(key).kind === kind && !held.has(key),
  );
  return [
    ...rows.map((row) => {
      const commands = overlays.get(row.key) ?? [];
      return shown<D>(row.key, row, commands) ?? plain<D>(kind, row);
    }),
    ...made.map((key) => shown<D>(key, undefined, overlays.get(key) ?? [])),
  ].filter((row) => row !== undefined);
}

/** One row as it looks after `commands`, which are in the order of their numbers. */
export function shown<D>(
  key: string,
  row: RowRecord | undefined,
  commands: readonly CommandRecord[],
): Row<D> | undefined {
  const { kind, id } = partsOfKey(key);
  const doc = after(kind, row?.doc, commands);
  if (doc === undefined) return undefined;
  return {
    kind,
    id,
    revision: row?.revision ?? 0,
    doc: doc as D,
    pending: commands.length > 0,
    revoked: row?.revoked === 1,
  };
}

function plain<D>(kind: Kind, row: RowRecord): Row<D> {
  return {
    kind,
    id: row.key.slice(kind.length + 1),
    revision: row.revision,
    doc: row.doc as D,
    pending: false,
    revoked: row.revoked === 1,
  };
}

function byKey(commands: CommandRecord[]): Map<string, CommandRecord[]> {
  const found = new Map<string, CommandRecord[]>();
  for (const command of commands.sort((a, b) => a.seq - b.seq)) {
    for (const key of command.overlay) found.set(key, [...(found.get(key) ?? []), command]);
  }
  return found;
}
