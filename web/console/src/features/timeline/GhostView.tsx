import { clockTime } from "@truckroll/shared/format.ts";
import { type ReactElement, useSyncExternalStore } from "react";
import { useTexts } from "../../texts.ts";
import { conflictText } from "./conflict-text.ts";
import { isHard } from "./conflicts.ts";
import { useTimeline } from "./context.ts";
import { boxOf, LANE_HEIGHT, type Row } from "./layout.ts";
import { NAME_WIDTH } from "./measures.ts";
import "./ghost.css";

/** Where the dragged bar would land, with the time and what speaks against it. */
export function GhostView({ rows }: { rows: readonly Row[] }): ReactElement | null {
  const at = useTimeline();
  const texts = useTexts();
  const ghost = useSyncExternalStore(at.ghost.subscribe, at.ghost.get);
  if (!ghost) return null;
  const row = rows.find((one) => one.engineerId === ghost.engineerId);
  const box = boxOf(at.scale, ghost.startsAt, ghost.endsAt);
  if (!row || !box) return null;
  const tone = ghost.conflicts.some((one) => isHard(one) || one.code === "past")
    ? "tl-ghost-bad"
    : ghost.conflicts.length > 0
      ? "tl-ghost-warn"
      : "tl-ghost-ok";
  const clock = (instant: number) => clockTime(new Date(instant), texts.locale, at.day.zone);
  const isLow = row.y > 60;
  return (
    <div className="tl-ghost-layer" style={{ transform: `translateY(${row.y}px)` }} aria-hidden>
      <div className="tl-ghost-row" style={{ height: row.height }} />
      <div
        className={`tl-ghost ${tone}`}
        data-testid="ghost"
        style={{ left: NAME_WIDTH + box.x, width: box.width, height: LANE_HEIGHT - 4 }}
      >
        {ghost.title}
      </div>
      <div
        className={`tl-ghost-note ${tone}`}
        style={{ left: NAME_WIDTH + box.x, ...(isLow ? { bottom: "100%" } : { top: row.height }) }}
      >
        <strong>
          {clock(ghost.startsAt)}–{clock(ghost.endsAt)}
        </strong>
        {ghost.conflicts.length === 0 ? (
          <span>{texts.t("timeline.free")}</span>
        ) : (
          ghost.conflicts.map((conflict) => (
            <span key={conflict.code + ("skillId" in conflict ? conflict.skillId : "")}>
              {conflictText(conflict, at.day, texts)}
            </span>
          ))
        )}
      </div>
    </div>
  );
}
