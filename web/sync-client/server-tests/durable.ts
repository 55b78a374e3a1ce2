import { IDBDatabase as FDBDatabase, IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

/**
 * An IndexedDB that survives the death of its process: a transaction lies on the disk before
 * anybody is told that it is complete. What was not complete is gone, as in a browser.
 */
interface StoreShape {
  name: string;
  keyPath: string | string[] | null;
  autoIncrement: boolean;
  indexes: { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }[];
  file: string;
}

type Manifest = Record<string, { version: number; stores: Record<string, StoreShape> }>;

interface RawDatabase {
  name: string;
  version: number;
  rawObjectStores: Map<string, { records: { values(): Iterable<{ value: unknown }> } }>;
}

export async function durableFactory(folder: string): Promise<IDBFactory> {
  mkdirSync(folder, { recursive: true });
  const manifestFile = join(folder, "manifest.json");
  const manifest: Manifest = existsSync(manifestFile)
    ? (JSON.parse(readFileSync(manifestFile, "utf8")) as Manifest)
    : {};
  const factory = new IDBFactory();
  for (const [name, { version, stores }] of Object.entries(manifest)) {
    await restore(factory, name, version, Object.values(stores), folder);
  }
  keep(folder, manifest, manifestFile);
  return factory;
}

let serial = 0;

function keep(folder: string, manifest: Manifest, manifestFile: string): void {
  const prototype = FDBDatabase.prototype as unknown as {
    transaction(this: IDBDatabase, ...given: unknown[]): IDBTransaction;
  };
  const begin = prototype.transaction;
  prototype.transaction = function (...given) {
    const transaction = begin.apply(this, given);
    if (transaction.mode !== "readonly") {
      const names = [...transaction.objectStoreNames];
      transaction.addEventListener("complete", () => {
        write(folder, manifest, manifestFile, transaction, names);
      });
    }
    return transaction;
  };
}

function write(
  folder: string,
  manifest: Manifest,
  manifestFile: string,
  transaction: IDBTransaction,
  names: string[],
): void {
  const database = transaction.db;
  const raw = (database as unknown as { _rawDatabase: RawDatabase })._rawDatabase;
  const known = (manifest[database.name] ??= { version: database.version, stores: {} });
  for (const name of raw.rawObjectStores.keys()) known.stores[name] ??= shapeOf(raw, name);
  const old: string[] = [];
  for (const name of names) {
    const shape = known.stores[name];
    if (!shape) continue;
    const values = [...(raw.rawObjectStores.get(name)?.records.values() ?? [])];
    const file = `${process.pid}-${serial++}.bin`;
    writeFileSync(join(folder, file), serialize(values.map(({ value }) => value)));
    if (shape.file) old.push(shape.file);
    shape.file = file;
  }
  writeFileSync(`${manifestFile}.new`, JSON.stringify(manifest));
  renameSync(`${manifestFile}.new`, manifestFile);
  for (const file of old) rmSync(join(folder, file), { force: true });
}

function shapeOf(raw: RawDatabase, name: string): StoreShape {
  const store = raw.rawObjectStores.get(name) as unknown as {
    keyPath: string | string[] | null;
    autoIncrement: boolean;
    rawIndexes: Map<
      string,
      { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }
    >;
  };
  const indexes = [...store.rawIndexes.values()].map(
    ({ name: index, keyPath, unique, multiEntry }) => ({
      name: index,
      keyPath,
      unique,
      multiEntry,
    }),
  );
  return { name, keyPath: store.keyPath, autoIncrement: store.autoIncrement, indexes, file: "" };
}

async function restore(
  factory: IDBFactory,
  name: string,
  version: number,
  stores: StoreShape[],
  folder: string,
): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = factory.open(name, version);
    opening.onerror = () => reject(opening.error ?? new Error("not opened"));
    opening.onsuccess = () => resolve(opening.result as unknown as IDBDatabase);
    opening.onupgradeneeded = () => {
      for (const shape of stores) {
        const { keyPath, autoIncrement } = shape;
        const store = opening.result.createObjectStore(shape.name, { keyPath, autoIncrement });
        for (const index of shape.indexes) store.createIndex(index.name, index.keyPath, index);
        for (const value of valuesOf(folder, shape)) store.put(value);
      }
    };
  });
  database.close();
}

function valuesOf(folder: string, shape: StoreShape): unknown[] {
  if (!shape.file) return [];
  return deserialize(readFileSync(join(folder, shape.file))) as unknown[];
}

export { IDBKeyRange };
