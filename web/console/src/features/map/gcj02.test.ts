import { describe, expect, it } from "vitest";
import { fromGcj02, type LonLat, toGcj02 } from "./gcj02.ts";

const METRES_PER_DEGREE = 111_320;

function metresBetween(a: LonLat, b: LonLat): number {
  const east = (a[0] - b[0]) * Math.cos((a[1] / 180) * Math.PI);
  return Math.hypot(east, a[1] - b[1]) * METRES_PER_DEGREE;
}

describe("the shift of Chinese base maps", () => {
  // Pairs published with the common implementations of the shift.
  it.each<[string, LonLat, LonLat]>([
    ["Shanghai", [121.4737021, 31.2303904], [121.478224, 31.228424]],
    ["Beijing", [116.404, 39.915], [116.41024449916938, 39.91640428150164]],
  ])("moves %s to where the providers draw it", (_, stored, drawn) => {
    expect(metresBetween(toGcj02(stored), drawn)).toBeLessThan(15);
  });

  it("is a few hundred metres everywhere on the mainland", () => {
    for (let lon = 80; lon <= 130; lon += 5)
      for (let lat = 20; lat <= 50; lat += 5) {
        const moved = metresBetween([lon, lat], toGcj02([lon, lat]));
        expect(moved).toBeGreaterThan(20);
        expect(moved).toBeLessThan(1500);
      }
  });

  it("leaves the rest of the world alone", () => {
    expect(toGcj02([-8.61, 41.15])).toEqual([-8.61, 41.15]);
    expect(fromGcj02([-8.61, 41.15])).toEqual([-8.61, 41.15]);
  });

  it("is undone to the centimetre", () => {
    for (let lon = 75; lon <= 135; lon += 7)
      for (let lat = 5; lat <= 53; lat += 6) {
        const back = fromGcj02(toGcj02([lon, lat]));
        expect(metresBetween(back, [lon, lat])).toBeLessThan(0.01);
      }
  });
});
