/**
 * Mainland Chinese tile providers draw in GCJ-02, a shifted WGS 84. Positions are stored in WGS 84
 * and shifted only while they are drawn on such tiles.
 */
export type LonLat = readonly [lon: number, lat: number];

// The Krasovsky 1940 ellipsoid, on which the shift is defined.
const SEMI_MAJOR_METRES = 6_378_245;
const ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943;
const ENOUGH_DEGREES = 1e-9;

/** Where a WGS 84 position appears on GCJ-02 tiles; outside the shifted area it stays. */
export function toGcj02([lon, lat]: LonLat): [number, number] {
  if (!isShifted([lon, lat])) return [lon, lat];
  const [east, north] = shift(lon, lat);
  return [lon + east, lat + north];
}

/** Which WGS 84 position is drawn at that place of GCJ-02 tiles. */
export function fromGcj02(drawn: LonLat): [number, number] {
  if (!isShifted(drawn)) return [drawn[0], drawn[1]];
  let [lon, lat] = drawn;
  // The shift changes so slowly that guessing with it converges in three or four rounds.
  for (let round = 0; round < 10; round += 1) {
    const [seenLon, seenLat] = toGcj02([lon, lat]);
    const [east, north] = [drawn[0] - seenLon, drawn[1] - seenLat];
    lon += east;
    lat += north;
    if (Math.abs(east) < ENOUGH_DEGREES && Math.abs(north) < ENOUGH_DEGREES) break;
  }
  return [lon, lat];
}

/** Whether the shift is applied there: a rectangle around the mainland, as the providers do it. */
function isShifted([lon, lat]: LonLat): boolean {
  return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

function shift(lon: number, lat: number): [number, number] {
  const radians = (lat / 180) * Math.PI;
  const flat = 1 - ECCENTRICITY_SQUARED * Math.sin(radians) ** 2;
  const [x, y] = [lon - 105, lat - 35];
  const metresPerRadianNorth =
    (SEMI_MAJOR_METRES * (1 - ECCENTRICITY_SQUARED)) / (flat * Math.sqrt(flat));
  const metresPerRadianEast = (SEMI_MAJOR_METRES / Math.sqrt(flat)) * Math.cos(radians);
  return [
    (eastMetres(x, y) * 180) / (metresPerRadianEast * Math.PI),
    (northMetres(x, y) * 180) / (metresPerRadianNorth * Math.PI),
  ];
}

const wave = (value: number) => Math.sin(value * Math.PI);

function common(x: number): number {
  return ((20 * wave(6 * x) + 20 * wave(2 * x)) * 2) / 3;
}

function eastMetres(x: number, y: number): number {
  const polynomial = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  const coarse = ((20 * wave(x) + 40 * wave(x / 3)) * 2) / 3;
  const broad = ((150 * wave(x / 12) + 300 * wave(x / 30)) * 2) / 3;
  return polynomial + common(x) + coarse + broad;
}

function northMetres(x: number, y: number): number {
  const polynomial =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  const coarse = ((20 * wave(y) + 40 * wave(y / 3)) * 2) / 3;
  const broad = ((160 * wave(y / 12) + 320 * wave(y / 30)) * 2) / 3;
  return polynomial + common(x) + coarse + broad;
}
