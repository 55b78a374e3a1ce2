import type { FeatureCollection, Point, Position } from "geojson";

/** One point for each area, at its centre of gravity, to write its name there. */
export function nameplates(areas: FeatureCollection): FeatureCollection<Point> {
  const features = areas.features.flatMap(({ geometry, properties }) => {
    const ring = geometry.type === "Polygon" ? geometry.coordinates[0] : undefined;
    if (!ring || ring.length === 0) return [];
    const point: Point = { type: "Point", coordinates: centreOf(ring) };
    return [{ type: "Feature" as const, geometry: point, properties }];
  });
  return { type: "FeatureCollection", features };
}

/** Of a closed ring, weighed by its area; of one that has none, the first corner. */
function centreOf(ring: readonly Position[]): Position {
  // Beside the ring, not at the equator: the products would be far larger than their differences.
  const [originX, originY] = cornerOf(ring[0]);
  let doubled = 0;
  let atX = 0;
  let atY = 0;
  for (let index = 1; index < ring.length; index += 1) {
    const [x1, y1] = cornerOf(ring[index - 1]);
    const [x2, y2] = cornerOf(ring[index]);
    const weight = (x1 - originX) * (y2 - originY) - (x2 - originX) * (y1 - originY);
    doubled += weight;
    atX += (x1 + x2 - 2 * originX) * weight;
    atY += (y1 + y2 - 2 * originY) * weight;
  }
  if (doubled === 0) return [originX, originY];
  return [originX + atX / (3 * doubled), originY + atY / (3 * doubled)];
}

function cornerOf([x = 0, y = 0]: Position = []): [number, number] {
  return [x, y];
}
