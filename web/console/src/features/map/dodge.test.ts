import { describe, expect, it } from "vitest";
import { dodged, type Spot } from "./dodge.ts";

function moved(spots: readonly Spot[], apart = 32, furthest = 200): Spot[] {
  return dodged(spots, apart, furthest).map((by, index) => ({
    x: (spots[index]?.x ?? 0) + by.x,
    y: (spots[index]?.y ?? 0) + by.y,
  }));
}

function nearest(spots: readonly Spot[]): number {
  const distances = spots.flatMap((one, first) =>
    spots.slice(first + 1).map((other) => Math.hypot(one.x - other.x, one.y - other.y)),
  );
  return Math.min(...distances);
}

describe("markers that would cover each other", () => {
  it("move apart, also from the very same spot", () => {
    const crowd = Array.from({ length: 9 }, () => ({ x: 100, y: 100 }));

    expect(nearest(moved(crowd))).toBeGreaterThan(30);
  });

  it("stay where they are when there is room", () => {
    const spots = [
      { x: 0, y: 0 },
      { x: 40, y: 0 },
    ];

    expect(dodged(spots, 32, 60)).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 0 },
    ]);
  });

  it("leave what is fixed where it is, in sight", () => {
    const chosen = { x: 100, y: 100 };

    const [by] = dodged([{ x: 104, y: 100 }], 32, 60, [chosen]);

    expect(by?.x).toBeGreaterThan(27);
    expect(chosen).toEqual({ x: 100, y: 100 });
  });

  it("never go further away than allowed, and always the same way", () => {
    const crowd = Array.from({ length: 60 }, (_, i) => ({ x: i % 3, y: i % 5 }));

    const by = dodged(crowd, 32, 60);

    expect(Math.max(...by.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThanOrEqual(60.001);
    expect(dodged(crowd, 32, 60)).toEqual(by);
  });
});
