import type {
  ExpressionSpecification,
  GeoJSONSourceSpecification,
  Map as GlMap,
} from "maplibre-gl";
import { landColour, seaColour } from "./map-style.ts";
import type { Palette } from "./palette.ts";

/** Our own layers above the ground: territories, clusters and jobs, the chosen one. */
export const JOB = "job";
export const CLUSTER = "cluster";
const FONT = ["sans-serif"];

export function addLayers(map: GlMap, palette: Palette): void {
  const empty: GeoJSONSourceSpecification["data"] = { type: "FeatureCollection", features: [] };
  map.addSource("territories", { type: "geojson", data: empty });
  // A name once in the middle; the tiles of an area would each bring it again.
  map.addSource("territory-names", { type: "geojson", data: empty });
  map.addSource("selected", { type: "geojson", data: empty });
  map.addSource("jobs", {
    type: "geojson",
    data: empty,
    cluster: true,
    clusterRadius: 42,
    // Jobs of one site stay together at every zoom: they could not be told apart.
    maxzoom: 24,
    clusterMaxZoom: 22,
    clusterProperties: { worst: ["max", ["get", "rank"]], waiting: ["+", ["get", "waiting"]] },
  });
  addTerritories(map, palette);
  addClusters(map);
  addJobs(map);
  paintLayers(map, palette);
}

function addTerritories(map: GlMap, palette: Palette): void {
  map.addLayer({ id: "territory", type: "fill", source: "territories" });
  map.addLayer({
    id: "territory-edge",
    type: "line",
    source: "territories",
    paint: { "line-width": 1.2, "line-dasharray": [3, 2], "line-color": palette.quiet },
  });
  map.addLayer({
    id: "territory-name",
    type: "symbol",
    source: "territory-names",
    layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": FONT },
  });
}

function addClusters(map: GlMap): void {
  const isCluster: ExpressionSpecification = ["has", "point_count"];
  map.addLayer({ id: CLUSTER, type: "circle", source: "jobs", filter: isCluster });
  map.addLayer({
    id: "cluster-count",
    type: "symbol",
    source: "jobs",
    filter: isCluster,
    layout: {
      "text-field": ["get", "point_count_abbreviated"],
      "text-size": 13,
      "text-font": FONT,
      "text-allow-overlap": true,
    },
  });
}

function addJobs(map: GlMap): void {
  map.addLayer({ id: "halo", type: "circle", source: "selected" });
  map.addLayer({
    id: JOB,
    type: "symbol",
    source: "jobs",
    filter: ["!", ["has", "point_count"]],
    layout: {
      "icon-image": ["get", "icon"],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "symbol-sort-key": ["get", "rank"],
      "text-field": ["step", ["zoom"], "", 12, ["get", "title"]],
      "text-size": 11,
      "text-font": FONT,
      "text-offset": [0, 1.3],
      "text-anchor": "top",
      "text-optional": true,
      "text-max-width": 9,
    },
  });
  map.addLayer({
    id: "chosen",
    type: "symbol",
    source: "selected",
    layout: { "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-size": 1.2 },
  });
}

/** Every colour in one place, so that light and dark can follow the screen. */
export function paintLayers(map: GlMap, palette: Palette): void {
  const worst = (of: Record<"urgent" | "high" | "normal" | "low", string>) =>
    [
      "match",
      ["get", "worst"],
      4,
      of.urgent,
      3,
      of.high,
      2,
      of.normal,
      of.low,
    ] as ExpressionSpecification;
  const priority = {
    urgent: palette.bad,
    high: palette.warn,
    normal: palette.brand,
    low: palette.quiet,
  };
  const paint: [layer: string, property: string, value: unknown][] = [
    ["sea", "background-color", seaColour(palette)],
    ["land", "fill-color", landColour(palette)],
    ["coast", "line-color", palette.quiet],
    ["coast", "line-opacity", 0.55],
    ["territory", "fill-color", palette.brand],
    ["territory", "fill-opacity", palette.isDark ? 0.07 : 0.05],
    ["territory-edge", "line-color", palette.quiet],
    ["territory-edge", "line-opacity", 0.6],
    ["territory-name", "text-color", palette.quiet],
    ["territory-name", "text-halo-color", palette.card],
    ["territory-name", "text-halo-width", 1.4],
    [CLUSTER, "circle-color", palette.card],
    [CLUSTER, "circle-stroke-color", worst(priority)],
    // A thick edge: somebody in there still waits to be booked.
    [CLUSTER, "circle-stroke-width", ["case", [">", ["get", "waiting"], 0], 5, 2]],
    [CLUSTER, "circle-radius", ["step", ["get", "point_count"], 14, 10, 18, 50, 23, 200, 28]],
    ["cluster-count", "text-color", palette.text],
    ["halo", "circle-radius", 21],
    ["halo", "circle-color", palette.brand],
    ["halo", "circle-opacity", 0.18],
    ["halo", "circle-stroke-color", palette.brand],
    ["halo", "circle-stroke-width", 2.5],
    [JOB, "text-color", palette.text],
    [JOB, "text-halo-color", palette.card],
    [JOB, "text-halo-width", 1.4],
  ];
  for (const [layer, property, value] of paint)
    if (map.getLayer(layer)) map.setPaintProperty(layer, property as never, value as never);
}
