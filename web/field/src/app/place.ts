import type { Point } from "../features/work-order/documents.ts";

const EARTH_RADIUS_METRES = 6_371_000;
const rad = (degrees: number) => (degrees * Math.PI) / 180;

/** The way as the crow flies, in metres. */
export function distanceBetween(a: Point, b: Point): number {
  const [lonA, latA] = a.coordinates;
  const [lonB, latB] = b.coordinates;
  const h =
    Math.sin(rad(latB - latA) / 2) ** 2 +
    Math.cos(rad(latA)) * Math.cos(rad(latB)) * Math.sin(rad(lonB - lonA) / 2) ** 2;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * A link that opens the phone's map app at a place: `geo:` where Android listens to it, Apple's
 * own address on Apple's phones, and a page that needs no key everywhere else.
 */
export function mapLink(point: Point, name: string, userAgent: string): string {
  const [lon, lat] = point.coordinates;
  const at = `${lat},${lon}`;
  if (/Android|HarmonyOS/i.test(userAgent))
    return `geo:${at}?q=${at}(${encodeURIComponent(name.replace(/[()]/g, ""))})`;
  if (/iPhone|iPad|Macintosh/i.test(userAgent))
    return `https://maps.apple.com/?daddr=${at}&q=${encodeURIComponent(name)}`;
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${lat}/${lon}`;
}

/** Whether the engineer has already allowed this app to know where the phone is. */
export async function mayLocate(): Promise<boolean> {
  try {
    const answer = await navigator.permissions.query({ name: "geolocation" });
    return answer.state === "granted";
  } catch {
    return false;
  }
}

export interface Fix {
  point: Point;
  accuracyMetres: number;
}

/** Where the phone is now; null when it may not or cannot say so within a few seconds. */
export function locate(timeoutMs = 10_000): Promise<Fix | null> {
  return new Promise((resolve) => {
    if (!("geolocation" in navigator)) return resolve(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          point: { type: "Point", coordinates: [coords.longitude, coords.latitude] },
          accuracyMetres: Math.round(coords.accuracy),
        }),
      () => resolve(null),
      { enableHighAccuracy: false, maximumAge: 60_000, timeout: timeoutMs },
    );
  });
}
