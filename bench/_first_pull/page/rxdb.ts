import { createRxDatabase } from "rxdb/plugins/core";
import { replicateRxCollection } from "rxdb/plugins/replication";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";
import type { Order } from "./main.ts";

interface Held {
  key: string;
  kind: string;
  revision: number;
  document: Record<string, unknown>;
}

interface Page {
  changes: {
    kind: string;
    id: string;
    state: string;
    revision: number;
    document: object | null;
  }[];
  cursor: string;
}

const SCHEMA = {
  version: 0,
  primaryKey: "key",
  type: "object",
  properties: {
    key: { type: "string", maxLength: 80 },
    kind: { type: "string" },
    revision: { type: "number" },
    document: { type: "object" },
  },
  required: ["key", "kind", "revision", "document"],
} as const;

/** RxDB as its documentation sets it up, with the storage that is free and our pages as its pull. */
export async function firstPull(
  signed: typeof fetch,
  order: Order,
): Promise<() => Promise<number>> {
  const database = await createRxDatabase({
    name: "bench",
    storage: getRxStorageDexie(),
  });
  const { held } = await database.addCollections({ held: { schema: SCHEMA } });
  const replication = replicateRxCollection<Held, { cursor: string }>({
    collection: held as never,
    replicationIdentifier: "bench",
    live: false,
    pull: {
      batchSize: order.limit,
      handler: async (checkpoint, limit) => {
        const query = new URLSearchParams({ limit: String(limit) });
        if (checkpoint) query.set("cursor", checkpoint.cursor);
        const answer = await signed(`/api/v1/sync/pull?${query.toString()}`);
        const { changes, cursor } = (await answer.json()) as Page;
        const documents = changes.map(
          ({ kind, id, state, revision, document }) => ({
            key: `${kind}:${id}`,
            kind,
            revision,
            document: (document ?? {}) as Record<string, unknown>,
            _deleted: state !== "visible",
          }),
        );
        return { documents, checkpoint: { cursor } };
      },
    },
  });
  await replication.awaitInitialReplication();
  return () => held.count().exec();
}
