import type { FeatureCollection, Position } from "geojson";
import { describe, expect, it } from "vitest";
import { nameplates } from "./nameplates.ts";

const areas = (...rings: Position[][]): FeatureCollection => ({
  type: "FeatureCollection",
  features: rings.map((ring, index) => ({
    type: "Feature",
    geometry: { type: "Polygon", coordinates: [ring] },
    properties: { name: `Area ${index}` },
  })),
});

describe("the names of territories", () => {
  it("stand in the middle of each area, once", () => {
    const square = [
      [-9, 41],
      [-8, 41],
      [-8, 42],
      [-9, 42],
      [-9, 41],
    ];

    const [plate] = nameplates(areas(square)).features;

    expect(plate?.properties).toEqual({ name: "Area 0" });
    expect(plate?.geometry.coordinates[0]).toBeCloseTo(-8.5, 9);
    expect(plate?.geometry.coordinates[1]).toBeCloseTo(41.5, 9);
  });

  it("lean to where most of the area is, whichever way round it was drawn", () => {
    const wedge = [
      [0, 0],
      [3, 0],
      [0, 3],
      [0, 0],
    ];

    const plates = nameplates(areas(wedge, [...wedge].reverse())).features;

    for (const { geometry } of plates) {
      expect(geometry.coordinates[0]).toBeCloseTo(1, 9);
      expect(geometry.coordinates[1]).toBeCloseTo(1, 9);
    }
  });

  it("stand at a corner of what has no area, and nowhere for what has no corners", () => {
    const line = [
      [5, 5],
      [6, 6],
      [5, 5],
    ];

    const plates = nameplates(areas(line, [])).features;

    expect(plates.map(({ geometry }) => geometry.coordinates)).toEqual([[5, 5]]);
  });
});
