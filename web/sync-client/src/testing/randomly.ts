/** Repeat a check with numbers that are the same in every run; a failure names its seed. */
export function randomly(times: number, check: (chance: (below: number) => number) => void): void {
  for (let seed = 1; seed <= times; seed++) {
    try {
      check(chanceFrom(seed));
    } catch (error) {
      throw new Error(`with seed ${seed}`, { cause: error });
    }
  }
}

/** Mulberry32: small, and good enough to think of cases that nobody thinks of. */
export function chanceFrom(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b9;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
