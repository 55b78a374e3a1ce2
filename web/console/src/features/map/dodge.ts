/** Moves markers apart on the screen, so that each can be read, pressed and dropped on. */
export interface Spot {
  x: number;
  y: number;
}

const ROUNDS = 150;
/** Beyond this many, markers stay where they are: pushing crowds apart tells nothing. */
const MOST = 250;

/** By how much each spot moves so that none is nearer than `apart` to another, if possible. */
export function dodged(spots: readonly Spot[], apart: number, furthest: number): Spot[] {
  const now = spots.map(({ x, y }) => ({ x, y }));
  if (spots.length <= MOST)
    for (let round = 0; round < ROUNDS; round += 1) if (!pushed(now, apart)) break;
  return now.map((spot, index) => {
    const from = spots[index] ?? spot;
    return limited({ x: spot.x - from.x, y: spot.y - from.y }, furthest);
  });
}

/** One round of pushing every pair that is too near; false when there is none left. */
function pushed(spots: Spot[], apart: number): boolean {
  let isAny = false;
  spots.forEach((one, first) => {
    for (let second = first + 1; second < spots.length; second += 1) {
      const other = spots[second] as Spot;
      const [x, y] = [other.x - one.x, other.y - one.y];
      const distance = Math.hypot(x, y);
      if (distance >= apart - 0.5) continue;
      isAny = true;
      // On the very same spot there is no direction: take one that differs from pair to pair.
      const angle = distance < 0.01 ? (first * 7 + second) * 2.4 : Math.atan2(y, x);
      const half = (apart - distance) / 2;
      one.x -= Math.cos(angle) * half;
      one.y -= Math.sin(angle) * half;
      other.x += Math.cos(angle) * half;
      other.y += Math.sin(angle) * half;
    }
  });
  return isAny;
}

function limited({ x, y }: Spot, furthest: number): Spot {
  const distance = Math.hypot(x, y);
  if (distance <= furthest) return { x, y };
  return { x: (x / distance) * furthest, y: (y / distance) * furthest };
}
