import type { Map as MapConfig } from "@truckroll/shared/api/gen/types.gen.ts";
import type { Feature, FeatureCollection, MultiPolygon } from "geojson";
import { addProtocol, type StyleSpecification } from "maplibre-gl";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import landUrl from "world-atlas/land-50m.json?url";
import { mixed, type Palette } from "./palette.ts";

/**
 * The ground of the map: coastlines from our own origin, and what the operator configured above
 * them. No borders and no country names are shipped. Without `glyphs` the map writes with the
 * fonts of the machine, Chinese included.
 */
export async function groundStyle(
  config: MapConfig,
  palette: Palette,
): Promise<StyleSpecification | string> {
  if (config.kind === "style" && config.url) return config.url;
  const style: StyleSpecification = {
    version: 8,
    sources: {},
    layers: [{ id: "sea", type: "background", paint: { "background-color": seaColour(palette) } }],
  };
  const land = await coastline();
  if (land) {
    style.sources.land = { type: "geojson", data: land, attribution: "Natural Earth" };
    style.layers.push(
      { id: "land", type: "fill", source: "land", paint: { "fill-color": landColour(palette) } },
      {
        id: "coast",
        type: "line",
        source: "land",
        paint: { "line-color": palette.line, "line-width": 1 },
      },
    );
  }
  const tiles = await tilesOf(config);
  if (tiles) {
    style.sources.base = tiles;
    style.layers.push({
      id: "base",
      type: "raster",
      source: "base",
      paint: { "raster-brightness-max": palette.isDark ? 0.7 : 1 },
    });
  }
  return style;
}

export const seaColour = (palette: Palette) =>
  mixed(palette.brand, palette.ground, palette.isDark ? 0.07 : 0.13);
export const landColour = (palette: Palette) =>
  mixed(palette.quiet, palette.card, palette.isDark ? 0.12 : 0.05);

async function tilesOf(config: MapConfig): Promise<StyleSpecification["sources"][string] | null> {
  if (!config.url) return null;
  const shared = {
    type: "raster",
    tileSize: 256,
    maxzoom: config.max_zoom,
    attribution: config.attribution,
  } as const;
  if (config.kind === "raster") return { ...shared, tiles: [config.url] };
  if (config.kind !== "pmtiles") return null;
  const { Protocol } = await import("pmtiles");
  addProtocol("pmtiles", new Protocol().tile);
  return { ...shared, url: `pmtiles://${new URL(config.url, location.href).href}` };
}

type Land = FeatureCollection | Feature<MultiPolygon>;

/** The land of the world, or nothing when it cannot be fetched: the map works without. */
async function coastline(): Promise<Land | null> {
  try {
    const topology = (await (await fetch(landUrl)).json()) as Topology;
    const { land } = topology.objects;
    return land ? (feature(topology, land) as Land) : null;
  } catch {
    return null;
  }
}
