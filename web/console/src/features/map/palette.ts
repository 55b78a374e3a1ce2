/** The colours of the design, read where the map needs them as plain values. */
const NAMES = {
  ground: "--ground",
  card: "--card",
  text: "--text",
  quiet: "--quiet",
  line: "--line",
  brand: "--brand",
  onBrand: "--on-brand",
  ok: "--ok",
  warn: "--warn",
  bad: "--bad",
} as const;

export type Palette = Record<keyof typeof NAMES, string> & { isDark: boolean };

export function readPalette(isDark: boolean): Palette {
  const style = getComputedStyle(document.documentElement);
  const found = Object.entries(NAMES).map(([name, token]) => [
    name,
    style.getPropertyValue(token).trim() || "#888888",
  ]);
  return { ...(Object.fromEntries(found) as Record<keyof typeof NAMES, string>), isDark };
}

/** Two hexadecimal colours mixed; `share` is how much of the first. */
export function mixed(first: string, second: string, share: number): string {
  const parts = (colour: string) => {
    // A build may shorten #ffffff to #fff.
    const long = colour.length === 4 ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
    return [1, 3, 5].map((at) => Number.parseInt(long.slice(at, at + 2), 16) || 0);
  };
  const other = parts(second);
  const mix = parts(first).map((value, index) =>
    Math.round(value * share + (other[index] ?? 0) * (1 - share)),
  );
  return `#${mix.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
