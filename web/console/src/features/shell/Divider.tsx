import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef } from "react";
import { LIMITS, type Side, within } from "./layout.ts";
import { setLayout, useLayout } from "./use-layout.ts";

const STEP = 24;
/** To which side the pane grows when the divider moves right or down. */
const GROWS: Record<Side, 1 | -1> = { list: 1, panel: -1, timeline: -1 };

/** The line between two panes: drag it, or move it by the arrow keys. */
export function Divider({ side, label }: { side: Side; label: string }): ReactElement {
  const layout = useLayout();
  const from = useRef<{ at: number; size: number } | null>(null);
  const isRow = side === "timeline";
  const size = layout[side];

  const place = (event: PointerEvent) => (isRow ? event.clientY : event.clientX);
  const resize = (next: number) =>
    setLayout((before) => ({ ...before, [side]: within(side, next) }));

  function press(event: PointerEvent<HTMLDivElement>) {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { at: place(event), size };
  }
  function move(event: PointerEvent) {
    if (from.current) resize(from.current.size + GROWS[side] * (place(event) - from.current.at));
  }
  function key(event: KeyboardEvent) {
    const [less, more] = isRow ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    const turn = event.key === more ? 1 : event.key === less ? -1 : 0;
    if (turn === 0) return;
    event.preventDefault();
    resize(size + turn * GROWS[side] * STEP);
  }

  return (
    <div
      className={`divider divider-${side}`}
      role="separator"
      aria-orientation={isRow ? "horizontal" : "vertical"}
      aria-label={label}
      aria-valuenow={size}
      aria-valuemin={LIMITS[side].least}
      aria-valuemax={LIMITS[side].most}
      tabIndex={0}
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={() => (from.current = null)}
      onDoubleClick={() => resize(LIMITS[side].usual)}
      onKeyDown={key}
    />
  );
}
