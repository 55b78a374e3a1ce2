import "maplibre-gl/dist/maplibre-gl.css";
import type { Map as MapConfig } from "@truckroll/shared/api/gen/types.gen.ts";
import type { FeatureCollection } from "geojson";
import {
  AttributionControl,
  type GeoJSONSource,
  Map as GlMap,
  Marker,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { dodged } from "./dodge.ts";
import { fromGcj02, type LonLat, toGcj02 } from "./gcj02.ts";
import { putIcons } from "./map-icons.ts";
import { addLayers, CLUSTER, JOB, paintLayers } from "./map-layers.ts";
import { groundStyle } from "./map-style.ts";
import { nameplates } from "./nameplates.ts";
import type { Palette } from "./palette.ts";
import { type Bounds, type Job, jobFeatures, type Place } from "./points.ts";

setWorkerUrl(workerUrl);

export interface Point {
  x: number;
  y: number;
}

/** What the map tells the page about. */
export interface Events {
  onJob: (ticketId: string) => void;
  /** Several jobs at one spot: let the dispatcher choose. */
  onStack: (ticketIds: string[], at: Point) => void;
  onHover: (ticketId: string | null, at: Point) => void;
  onView: (bounds: Bounds) => void;
  onGround: () => void;
}

/** The map on the page: the only place that knows the map library. */
export interface Engine {
  setJobs: (jobs: readonly Job[], now: number) => void;
  setSelected: (job: Job | null) => void;
  setTerritories: (areas: FeatureCollection) => void;
  setPalette: (palette: Palette) => void;
  /** Put an element at a position, or move it there. */
  place: (id: string, element: HTMLElement, at: LonLat) => void;
  unplace: (id: string) => void;
  fit: (bounds: Bounds) => void;
  show: (at: LonLat) => void;
  zoom: (steps: number) => void;
  remove: () => void;
}

interface Setup {
  container: HTMLElement;
  config: MapConfig;
  palette: Palette;
  words: Record<string, string>;
  view: Bounds | null;
  events: Events;
}

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const PADDING = 56;
/** Nothing lies under the controls when the map opens or shows everything. */
const paddingOf = ({ clientWidth }: HTMLElement) => ({
  top: clientWidth < 520 ? 150 : 104,
  bottom: PADDING,
  left: 40,
  right: 40,
});

export async function createMap(setup: Setup): Promise<Engine> {
  const { container, config, palette, words, events } = setup;
  const isShifted = config.crs === "gcj02" && config.kind !== "none";
  const place: Place = isShifted ? toGcj02 : ([lon, lat]) => [lon, lat];
  const style = await groundStyle(config, palette);
  const map = new GlMap({
    container,
    style,
    ...(setup.view ? { bounds: boxOf(setup.view, place) } : { center: [0, 20], zoom: 1 }),
    fitBoundsOptions: { padding: paddingOf(container), maxZoom: 13 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: Math.max(17, config.max_zoom),
    locale: words,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new AttributionControl({ compact: true }), "bottom-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  Object.assign(container, { glMap: map });
  await new Promise<void>((resolve) => void map.once("load", () => resolve()));
  putIcons(map, palette);
  addLayers(map, palette);
  listen(map, events, isShifted);
  map.on("idle", () => {
    container.dataset.ready = "true";
  });
  return engineOf(map, place);
}

function engineOf(map: GlMap, place: Place): Engine {
  const source = (name: string) => map.getSource<GeoJSONSource>(name);
  const markers = markersOn(map, place);
  return {
    setJobs: (jobs, now) => {
      // Tests wait for this: the map is idle, with these jobs on it.
      delete map.getContainer().dataset.ready;
      map.getContainer().dataset.jobs = String(jobs.length);
      void source("jobs")?.setData(jobFeatures(jobs, now, place));
    },
    setSelected: (job) => {
      void source("selected")?.setData(job ? jobFeatures([job], Date.now(), place) : EMPTY);
      markers.keepClearOf(job ? place(job.at) : null);
    },
    setTerritories: (areas) => {
      const shown = moved(areas, place);
      void source("territories")?.setData(shown);
      void source("territory-names")?.setData(nameplates(shown));
    },
    setPalette: (palette) => {
      putIcons(map, palette);
      paintLayers(map, palette);
    },
    place: markers.place,
    unplace: markers.unplace,
    fit: (bounds) =>
      void map.fitBounds(boxOf(bounds, place), {
        padding: paddingOf(map.getContainer()),
        maxZoom: 14,
        duration: 500,
      }),
    show: (at) => bringIntoView(map, place(at)),
    zoom: (steps) => void map.easeTo({ zoom: map.getZoom() + steps, duration: 250 }),
    remove: () => {
      markers.remove();
      map.remove();
    },
  };
}

function bringIntoView(map: GlMap, [lon, lat]: [number, number]): void {
  const point = map.project([lon, lat]);
  const { clientWidth, clientHeight } = map.getContainer();
  const isSeen =
    point.x > PADDING &&
    point.y > PADDING &&
    point.x < clientWidth - PADDING &&
    point.y < clientHeight - PADDING;
  if (!isSeen) map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 11) });
}

/**
 * The markers of people: they move aside for each other, for the counts of clusters, and for the
 * job that is chosen.
 */
function markersOn(map: GlMap, place: Place) {
  const markers = new Map<string, Marker>();
  let frame = 0;
  let chosen: [number, number] | null = null;
  const arrangeSoon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => arrange(map, [...markers.values()], chosen));
  };
  map.on("moveend", arrangeSoon);
  // Clusters are where they will stay only then.
  map.on("idle", arrangeSoon);
  return {
    keepClearOf: (spot: [number, number] | null) => {
      chosen = spot;
      arrangeSoon();
    },
    place: (id: string, element: HTMLElement, at: LonLat) => {
      const known = markers.get(id);
      if (known) known.setLngLat(place(at));
      else
        markers.set(id, new Marker({ element, anchor: "bottom" }).setLngLat(place(at)).addTo(map));
      arrangeSoon();
    },
    unplace: (id: string) => {
      markers.get(id)?.remove();
      markers.delete(id);
    },
    remove: () => {
      cancelAnimationFrame(frame);
      for (const marker of markers.values()) marker.remove();
    },
  };
}

function listen(map: GlMap, events: Events, isShifted: boolean): void {
  const tell = () => {
    const box = map.getBounds();
    const corner = (lon: number, lat: number) => (isShifted ? fromGcj02([lon, lat]) : [lon, lat]);
    const [west = 0, south = 0] = corner(box.getWest(), box.getSouth());
    const [east = 0, north = 0] = corner(box.getEast(), box.getNorth());
    events.onView({ west, south, east, north });
  };
  map.on("moveend", tell);
  tell();
  map.on("click", (event) => {
    const [hit] = map.queryRenderedFeatures(around(event.point), { layers: [JOB, CLUSTER] });
    if (!hit) return events.onGround();
    if (hit.layer.id === JOB) return events.onJob(String(hit.properties.id));
    const [lon = 0, lat = 0] = (hit.geometry as GeoJSON.Point).coordinates;
    void openCluster(map, Number(hit.properties.cluster_id), [lon, lat], events);
  });
  map.on("mousemove", (event) => {
    const [hit] = map.queryRenderedFeatures(event.point, { layers: [JOB, CLUSTER] });
    map.getCanvas().style.cursor = hit ? "pointer" : "";
    const id = hit?.layer.id === JOB ? String(hit.properties.id) : null;
    events.onHover(id, event.point);
  });
  map.on("mouseout", () => events.onHover(null, { x: 0, y: 0 }));
}

const MARKER_APART = 38;
const MARKER_FURTHEST = 140;
const MARKER_BODY = 22;

/** Put markers side by side where they would cover each other, each with a line to its place. */
function arrange(map: GlMap, markers: readonly Marker[], chosen: [number, number] | null): void {
  // What must not be covered is the body of a marker, which stands above its place.
  const spots = markers.map((marker) => {
    const { x, y } = map.project(marker.getLngLat());
    return { x, y: y - MARKER_BODY };
  });
  const fixed = [...clustersOn(map), ...(chosen ? [chosen] : [])].map((at) => map.project(at));
  const moves = dodged(spots, MARKER_APART, MARKER_FURTHEST, fixed);
  markers.forEach((marker, index) => {
    const { x, y } = moves[index] ?? { x: 0, y: 0 };
    marker.setOffset([x, y]);
    const { style } = marker.getElement();
    style.setProperty("--leader", `${Math.round(Math.hypot(x, y))}px`);
    style.setProperty("--towards", `${Math.atan2(-y, -x)}rad`);
  });
}

function clustersOn(map: GlMap): [number, number][] {
  return map.queryRenderedFeatures({ layers: [CLUSTER] }).map(({ geometry }) => {
    const [lon = 0, lat = 0] = (geometry as GeoJSON.Point).coordinates;
    return [lon, lat];
  });
}

const SLOP = 6;

function around({ x, y }: Point): [[number, number], [number, number]] {
  return [
    [x - SLOP, y - SLOP],
    [x + SLOP, y + SLOP],
  ];
}

const MOST_ZOOM = 16;
const MOST_IN_STACK = 50;

/** Zoom until a cluster falls apart; what stands on one spot is offered as a list. */
async function openCluster(
  map: GlMap,
  clusterId: number,
  center: [number, number],
  events: Events,
): Promise<void> {
  const jobs = map.getSource<GeoJSONSource>("jobs");
  if (!jobs) return;
  const leaves = await jobs.getClusterLeaves(clusterId, MOST_IN_STACK, 0);
  const spots = new Set(leaves.map((leaf) => spotOf(leaf.geometry as GeoJSON.Point)));
  const zoom = await jobs.getClusterExpansionZoom(clusterId);
  if (spots.size > 1 && zoom <= MOST_ZOOM) return void map.easeTo({ center, zoom });
  const ids = leaves.map((leaf) => String(leaf.properties?.id));
  events.onStack(ids, map.project(center));
}

const spotOf = (point: GeoJSON.Point) =>
  point.coordinates.map((degrees) => degrees.toFixed(5)).join();

function boxOf(bounds: Bounds, place: Place): [[number, number], [number, number]] {
  return [place([bounds.west, bounds.south]), place([bounds.east, bounds.north])];
}

function moved(areas: FeatureCollection, place: Place): FeatureCollection {
  const features = areas.features.map((area) => {
    if (area.geometry.type !== "Polygon") return area;
    const coordinates = area.geometry.coordinates.map((ring) =>
      ring.map(([lon = 0, lat = 0]) => place([lon, lat])),
    );
    return { ...area, geometry: { ...area.geometry, coordinates } };
  });
  return { ...areas, features };
}
