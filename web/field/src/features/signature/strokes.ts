/** The lines of a drawn signature: as the pad holds them, and as they are sent. */
export interface PadPoint {
  x: number;
  y: number;
  time: number;
  pressure: number;
}

/** One line of the pad; the rest of it (pen, width) is the pad's own. */
export interface PadStroke {
  points: PadPoint[];
}

/** One line as it is sent: x, y and milliseconds since the first touch, one after the other. */
export interface SentStroke {
  width: number;
  height: number;
  points: number[];
}

/** The server keeps at most 20 000 values; three of them are a point. */
const MOST_POINTS = 4000;

export interface PadSize {
  width: number;
  height: number;
}

/** Fit lines that were drawn on a pad of one size into another, after the phone was turned. */
export function fitted<S extends PadStroke>(strokes: S[], from: PadSize, to: PadSize): S[] {
  const factor = Math.min(to.width / from.width, to.height / from.height);
  if (!Number.isFinite(factor) || factor <= 0) return strokes;
  const [dx, dy] = [(to.width - from.width * factor) / 2, (to.height - from.height * factor) / 2];
  return strokes.map((stroke) => ({
    ...stroke,
    points: stroke.points.map((point) => ({
      ...point,
      x: point.x * factor + dx,
      y: point.y * factor + dy,
    })),
  }));
}

/** What is sent of the lines: tenths of a pixel; of a very long signature every second point. */
export function sentStrokes(strokes: PadStroke[], size: PadSize): SentStroke[] {
  const start = strokes[0]?.points[0]?.time ?? 0;
  const total = strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  const every = Math.max(1, Math.ceil(total / MOST_POINTS));
  return strokes.map(({ points }) => ({
    width: Math.round(size.width),
    height: Math.round(size.height),
    points: points
      .filter((_, index) => index % every === 0 || index === points.length - 1)
      .flatMap(({ x, y, time }) => [tenths(x), tenths(y), Math.round(time - start)]),
  }));
}

/** Whether something was written: a touch by mistake is a dot, not a signature. */
export function isSignature(strokes: PadStroke[]): boolean {
  const points = strokes.flatMap((stroke) => stroke.points);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const length = extent(xs) + extent(ys);
  return points.length >= 3 && length >= 20;
}

const tenths = (value: number) => Math.round(value * 10) / 10;
const extent = (values: number[]) =>
  values.reduce((most, value) => Math.max(most, value), -Infinity) -
  values.reduce((least, value) => Math.min(least, value), Infinity);
