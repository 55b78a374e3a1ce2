/** What lies in the engineer's van, and how parts are searched. */
import type { Part, StockLevel, StockLocation } from "@truckroll/shared/api/gen/types.gen.ts";
import type { SyncClient } from "@truckroll/sync-client";
import type { VanStock } from "./part-readiness.ts";
import { thousandthsOf } from "./quantity.ts";

export interface StockedPart {
  id: string;
  number: string;
  name: string;
  unit: string;
  /** Thousandths in the van; 0 for a part that is not booked into it. */
  onVan: number;
}

export interface Catalogue {
  hasVan: boolean;
  parts: StockedPart[];
}

type PartOf = Pick<Part, "id" | "number" | "name" | "unit" | "archived_at">;
type LocationOf = Pick<StockLocation, "id" | "kind" | "engineer_id" | "archived_at">;
type LevelOf = Pick<StockLevel, "part_id" | "location_id" | "on_hand">;

/** The vans of an engineer; whoever sees more than the own van looks by the engineer's id. */
export function vansOf(locations: LocationOf[], engineerId: string | null): Set<string> {
  const vans = locations.filter((place) => place.kind === "van" && place.archived_at === null);
  return new Set(vans.filter((van) => van.engineer_id === engineerId).map((van) => van.id));
}

export function vanStock(levels: LevelOf[], vans: ReadonlySet<string>): VanStock {
  const stock = new Map<string, number>();
  for (const level of levels) {
    if (!vans.has(level.location_id)) continue;
    stock.set(level.part_id, (stock.get(level.part_id) ?? 0) + thousandthsOf(level.on_hand));
  }
  return stock;
}

/** All parts that may be fitted, by number: of an archived part only what still lies in the van. */
export function stockedParts(parts: PartOf[], stock: VanStock): StockedPart[] {
  return parts
    .map(({ id, number, name, unit, archived_at }) => ({
      part: { id, number, name, unit, onVan: Math.max(0, stock.get(id) ?? 0) },
      isArchived: archived_at !== null,
    }))
    .filter(({ part, isArchived }) => !isArchived || part.onVan > 0)
    .map(({ part }) => part)
    .sort((a, b) => byNumber(a.number, b.number));
}

const collator = new Intl.Collator("en", { numeric: true });
const byNumber = (a: string, b: string) => collator.compare(a, b);

/**
 * The parts that a search means, best first: numbers that begin so, then all words somewhere in
 * number or name. Spaces and hyphens inside numbers do not matter.
 */
export function searchParts(parts: StockedPart[], typed: string): StockedPart[] {
  const wanted = fold(typed);
  if (wanted === "") return parts;
  const words = wanted.split(" ");
  const dense = wanted.replace(/[\s-]/g, "");
  const ranked = parts.flatMap((part) => {
    const number = fold(part.number).replace(/[\s-]/g, "");
    if (number.startsWith(dense)) return [{ part, rank: 0 }];
    const text = `${fold(part.number)} ${number} ${fold(part.name)}`;
    return words.every((word) => text.includes(word)) ? [{ part, rank: 1 }] : [];
  });
  // What lies in the van comes first among equals; sort keeps the order of numbers otherwise.
  ranked.sort((a, b) => a.rank - b.rank || Number(b.part.onVan > 0) - Number(a.part.onVan > 0));
  return ranked.map(({ part }) => part);
}

function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

/** What this phone knows of the parts and of the van. */
export async function readCatalogue(client: SyncClient): Promise<Catalogue> {
  const [parts, stock] = await Promise.all([client.rows<PartOf>("part"), readVan(client)]);
  return {
    hasVan: stock.hasVan,
    parts: stockedParts(
      parts.map((row) => row.doc),
      stock.levels,
    ),
  };
}

/** What lies in the van of whoever is signed in. */
export async function readVan(client: SyncClient): Promise<{ hasVan: boolean; levels: VanStock }> {
  const [locations, levels] = await Promise.all([
    client.rows<LocationOf>("stock_location"),
    client.rows<LevelOf>("stock_level"),
  ]);
  const vans = vansOf(
    locations.map((row) => row.doc),
    client.account.engineerId,
  );
  return {
    hasVan: vans.size > 0,
    levels: vanStock(
      levels.map((row) => row.doc),
      vans,
    ),
  };
}
