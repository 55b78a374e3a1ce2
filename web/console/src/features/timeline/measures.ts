/** Sizes that styles and arithmetic share, in pixels. */
export const NAME_WIDTH = 192;
export const HEAD_HEIGHT = 30;
/** Below this width the rows become a list: nobody drags on a phone. */
export const LIST_BELOW = 620;
export const ZOOMS = [32, 48, 72, 108, 160, 240] as const;
export const LEAST_ZOOM = 28;

/** The next zoom level from where one is, also from a fitted one between two levels. */
export function nextZoom(pxPerHour: number, direction: 1 | -1): number {
  const levels = direction === 1 ? ZOOMS : [...ZOOMS].reverse();
  const last = levels.at(-1) ?? pxPerHour;
  return levels.find((level) => (level - pxPerHour) * direction > 0.5) ?? last;
}
