import { describe, expect, it } from "vitest";
import { fitted, isSignature, sentStrokes } from "./strokes.ts";

const point = (x: number, y: number, time = 0) => ({ x, y, time, pressure: 0.5 });
const wave = (count: number) => ({
  points: Array.from({ length: count }, (_, i) => point(i, 20 + (i % 9), 1000 + i)),
});

describe("a signature", () => {
  it("keeps its shape when the phone is turned", () => {
    const turned = fitted(
      [{ points: [point(0, 0), point(300, 150)] }],
      { width: 300, height: 150 },
      { width: 700, height: 300 },
    );

    expect(turned[0]?.points.map(({ x, y }) => [x, y])).toEqual([
      [50, 0],
      [650, 300],
    ]);
  });

  it("stays as it is when the pad has no size yet", () => {
    const strokes = [{ points: [point(1, 2)] }];

    expect(fitted(strokes, { width: 0, height: 0 }, { width: 300, height: 100 })).toBe(strokes);
  });

  it("is sent in tenths of a pixel and milliseconds from its beginning", () => {
    const [sent] = sentStrokes([{ points: [point(1.26, 2, 5000), point(3, 4.04, 5016.4)] }], {
      width: 320.4,
      height: 200,
    });

    expect(sent).toEqual({ width: 320, height: 200, points: [1.3, 2, 0, 3, 4, 16] });
  });

  it("of any length fits into what the server keeps", () => {
    const strokes = Array.from({ length: 40 }, () => wave(900));

    const sent = sentStrokes(strokes, { width: 320, height: 200 });

    const values = sent.reduce((sum, stroke) => sum + 5 + stroke.points.length, 0);
    expect(values).toBeLessThan(20_000);
    expect(sent.every(({ points }) => points.length >= 6)).toBe(true);
  });

  it("is more than a touch by mistake", () => {
    expect(isSignature([])).toBe(false);
    expect(isSignature([{ points: [point(5, 5)] }])).toBe(false);
    expect(isSignature([{ points: [point(5, 5), point(6, 5), point(6, 6)] }])).toBe(false);
    expect(isSignature([wave(30)])).toBe(true);
  });
});
