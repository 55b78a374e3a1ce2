/** Moves markers apart on the screen, so that each can be read, pressed and dropped on. */
export interface Spot {
  x: number;
  y: number;
}

const ROUNDS = 150;
/** Beyond this many, markers stay where they are: pushing crowds apart tells nothing. */
const MOST = 250;

/**
 * By how much each spot moves so that none is nearer than `apart` to another, if possible; what is
 * fixed stays and is given room too.
 */
export function dodged(
  spots: readonly Spot[],
  apart: number,
  furthest: number,
  fixed: readonly Spot[] = [],
): Spot[] {
  const now = spots.map(({ x, y }) => ({ x, y }));
  if (spots.length <= MOST)
    for (let round = 0; round < ROUNDS; round += 1) if (!pushed(now, fixed, apart)) break;
  return now.map((spot, index) => {
    const from = spots[index] ?? spot;
    return limited({ x: spot.x - from.x, y: spot.y - from.y }, furthest);
  });
}

/** One round of pushing every pair that is too near; false when there is none left. */
function pushed(spots: Spot[], fixed: readonly Spot[], apart: number): boolean {
  let isAny = false;
  spots.forEach((one, first) => {
    for (const still of fixed) if (push(still, one, { apart, share: 1, turn: first })) isAny = true;
    for (let second = first + 1; second < spots.length; second += 1) {
      const other = spots[second] as Spot;
      const by = push(one, other, { apart, share: 0.5, turn: first * 7 + second });
      if (!by) continue;
      isAny = true;
      one.x -= by.x;
      one.y -= by.y;
    }
  });
  return isAny;
}

/** Move one spot away from another by a share of what is missing; what it moved, or null. */
function push(
  from: Spot,
  spot: Spot,
  how: { apart: number; share: number; turn: number },
): Spot | null {
  const [x, y] = [spot.x - from.x, spot.y - from.y];
  const distance = Math.hypot(x, y);
  if (distance >= how.apart - 0.5) return null;
  // On the very same spot there is no direction: take one that differs from pair to pair.
  const angle = distance < 0.01 ? how.turn * 2.4 : Math.atan2(y, x);
  const length = (how.apart - distance) * how.share;
  const by = { x: Math.cos(angle) * length, y: Math.sin(angle) * length };
  spot.x += by.x;
  spot.y += by.y;
  return by;
}

function limited({ x, y }: Spot, furthest: number): Spot {
  const distance = Math.hypot(x, y);
  if (distance <= furthest) return { x, y };
  return { x: (x / distance) * furthest, y: (y / distance) * furthest };
}
