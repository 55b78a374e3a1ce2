import { expect, test } from "vitest";
import type { Point } from "../features/work-order/documents.ts";
import { distanceBetween, mapLink } from "./place.ts";

const PORTO: Point = { type: "Point", coordinates: [-8.611, 41.1496] };
const LISBON: Point = { type: "Point", coordinates: [-9.1393, 38.7223] };

test("from Porto to Lisbon it is 274 km as the crow flies", () => {
  expect(Math.round(distanceBetween(PORTO, LISBON) / 1000)).toBe(274);
  expect(distanceBetween(PORTO, PORTO)).toBe(0);
});

test.each([
  ["Mozilla/5.0 (Linux; Android 14)", "geo:41.1496,-8.611?q=41.1496,-8.611(Plant%20%231%20a)"],
  ["Mozilla/5.0 (iPhone)", "https://maps.apple.com/?daddr=41.1496,-8.611&q=Plant%20%231%20(a)"],
  ["X11; Linux", "https://www.openstreetmap.org/?mlat=41.1496&mlon=-8.611#map=17/41.1496/-8.611"],
])("%s opens %s", (userAgent, expected) => {
  expect(mapLink(PORTO, "Plant #1 (a)", userAgent)).toBe(expected);
});
