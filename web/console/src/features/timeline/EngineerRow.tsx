import { minutesText } from "@truckroll/shared/format.ts";
import { memo, type ReactElement } from "react";
import type { Engineer } from "../../app/records.ts";
import { useTexts } from "../../texts.ts";
import { Bar } from "./Bar.tsx";
import { useTimeline } from "./context.ts";
import { LANE_HEIGHT, type Row, ROW_PADDING } from "./layout.ts";
import { NAME_WIDTH } from "./measures.ts";
import type { useKeyMoves } from "./use-key-moves.ts";
import "./row.css";

interface Props {
  row: Row;
  engineer: Engineer;
  keyMoves: ReturnType<typeof useKeyMoves>;
}

/** An engineer's day: working hours, drives, bookings. */
export const EngineerRow = memo(function EngineerRow({ row, engineer, keyMoves }: Props) {
  const at = useTimeline();
  const isSelected = at.selectedEngineerId === engineer.id;
  return (
    <div
      role="listitem"
      className={isSelected ? "tl-row tl-row-selected" : "tl-row"}
      style={{ transform: `translateY(${row.y}px)`, height: row.height }}
      aria-label={engineer.name}
      data-engineer={engineer.id}
    >
      <NameCell row={row} engineer={engineer} isSelected={isSelected} />
      <div className="tl-lane" style={{ left: NAME_WIDTH }}>
        {row.work.map((box) => (
          <span key={box.x} className="tl-work" style={{ left: box.x, width: box.width }} />
        ))}
        {row.absent.map((box) => (
          <span key={box.x} className="tl-absent" style={{ left: box.x, width: box.width }} />
        ))}
        {row.drives.map((drive) => (
          <span
            key={drive.bookingId}
            className="tl-drive"
            style={{
              left: drive.x,
              width: drive.width,
              top: ROW_PADDING + drive.lane * LANE_HEIGHT + LANE_HEIGHT / 2 - 5,
            }}
          />
        ))}
        {row.bars.map((bar) => {
          const booking = at.bookingOf(bar.id);
          if (!booking) return null;
          const isOver = booking.state === "finished";
          const key = isOver ? booking.id : booking.row.work_order_id;
          return <Bar key={key} bar={bar} booking={booking} keyMoves={keyMoves} />;
        })}
      </div>
    </div>
  );
});

interface CellProps {
  row: Row;
  engineer: Engineer;
  isSelected: boolean;
}

function NameCell({ row, engineer, isSelected }: CellProps): ReactElement {
  const at = useTimeline();
  const { t } = useTexts();
  const skills = engineer.skills
    .map((skill) => at.day.skillNames.get(skill.skill_id))
    .filter((name) => name !== undefined);
  return (
    <button
      type="button"
      className="tl-name"
      style={{ width: NAME_WIDTH }}
      aria-pressed={isSelected}
      title={skills.length > 0 ? skills.join(" · ") : undefined}
      onClick={() => at.selectEngineer(isSelected ? null : engineer.id)}
    >
      <span className="tl-who">{engineer.name}</span>
      <Load row={row} />
      <span className="visually-hidden">
        {t("timeline.skills", { count: skills.length })}: {skills.join(", ")}
      </span>
    </button>
  );
}

/** How full the day is: booked minutes of the shift, as a small bar and in words. */
export function Load({ row }: { row: Pick<Row, "bookedMinutes" | "shiftMinutes" | "absent"> }) {
  const { t, locale } = useTexts();
  const { bookedMinutes, shiftMinutes } = row;
  if (shiftMinutes === 0) {
    const key = row.absent.length > 0 ? "timeline.absent" : "timeline.off";
    return <span className="tl-load">{t(key)}</span>;
  }
  const share = Math.min(100, (100 * bookedMinutes) / shiftMinutes);
  const text =
    bookedMinutes === 0
      ? t("timeline.loadFree")
      : t("timeline.load", {
          booked: minutesText(bookedMinutes, locale),
          shift: minutesText(shiftMinutes, locale),
        });
  return (
    <span className="tl-load">
      <span className="tl-meter" aria-hidden="true">
        <span
          className={bookedMinutes > shiftMinutes ? "tl-over" : undefined}
          style={{ width: `${share}%` }}
        />
      </span>
      {text}
    </span>
  );
}
