/** Sizes of the desk's panes and which of them are put away; kept on this machine. Pure. */
export type Pane = "list" | "map" | "panel" | "timeline";
export type Side = "list" | "panel" | "timeline";

export interface Layout {
  list: number;
  panel: number;
  timeline: number;
  hidden: Pane[];
}

export const LIMITS: Record<Side, { least: number; most: number; usual: number }> = {
  list: { least: 280, most: 1100, usual: 400 },
  panel: { least: 340, most: 760, usual: 450 },
  timeline: { least: 120, most: 620, usual: 260 },
};

export const USUAL: Layout = {
  list: LIMITS.list.usual,
  panel: LIMITS.panel.usual,
  timeline: LIMITS.timeline.usual,
  hidden: [],
};

const HIDEABLE: readonly string[] = ["list", "map", "timeline"];

/** Read what was kept; anything strange becomes usual. */
export function layoutFrom(text: string | null): Layout {
  let kept: Partial<Record<keyof Layout, unknown>>;
  try {
    kept = (JSON.parse(text ?? "{}") ?? {}) as typeof kept;
  } catch {
    return USUAL;
  }
  const hidden = Array.isArray(kept.hidden) ? kept.hidden : [];
  return {
    list: within("list", kept.list),
    panel: within("panel", kept.panel),
    timeline: within("timeline", kept.timeline),
    hidden: hidden.filter((pane): pane is Pane => HIDEABLE.includes(String(pane))),
  };
}

export function within(side: Side, size: unknown): number {
  const { least, most, usual } = LIMITS[side];
  const number = typeof size === "number" && Number.isFinite(size) ? Math.round(size) : usual;
  return Math.min(most, Math.max(least, number));
}

/** Put a pane away or back; the list and the map never go both. */
export function toggled(layout: Layout, pane: Pane): Layout {
  const isHidden = layout.hidden.includes(pane);
  const rest = layout.hidden.filter((other) => other !== pane);
  if (isHidden) return { ...layout, hidden: rest };
  const other = pane === "list" ? "map" : pane === "map" ? "list" : null;
  return { ...layout, hidden: [...rest.filter((kept) => kept !== other), pane] };
}
