import { ActionIcon, Button, Popover } from "@mantine/core";
import { calendarDay } from "@truckroll/shared/format.ts";
import { type ReactElement, Suspense, useState } from "react";
import { useToday } from "../../app/clock.ts";
import { type Day, shiftDay } from "../../app/day.ts";
import { Icon } from "../../app/icons.tsx";
import { useZone } from "../../app/me.ts";
import { part } from "../../app/part.tsx";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";
import { PaneBoundary } from "./PaneBoundary.tsx";

const Calendar = part(() => import("./Calendar.tsx"));

/** The day on the timeline: the one before, the one after, or any. */
export function DayPicker(): ReactElement {
  const { t } = useTexts();
  const { day } = useSelection();
  const { setDay } = useChoosing();
  const zone = useZone();
  const today = useToday(zone);
  return (
    <div className="day-picker" role="group" aria-label={t("app.day")}>
      <ActionIcon
        variant="subtle"
        aria-label={t("app.dayBefore")}
        onClick={() => setDay(shiftDay(day, -1))}
      >
        <Icon name="left" />
      </ActionIcon>
      <AnyDay day={day} isToday={day === today} onChoose={setDay} />
      <ActionIcon
        variant="subtle"
        aria-label={t("app.dayAfter")}
        onClick={() => setDay(shiftDay(day, 1))}
      >
        <Icon name="right" />
      </ActionIcon>
      {day !== today && (
        <Button variant="default" size="compact-sm" onClick={() => setDay(today)}>
          {t("app.today")}
        </Button>
      )}
    </div>
  );
}

interface AnyDayProps {
  day: Day;
  isToday: boolean;
  onChoose: (day: Day) => void;
}

/** The name of the day, which opens a calendar. */
function AnyDay({ day, isToday, onChoose }: AnyDayProps): ReactElement {
  const { t, locale } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const name = calendarDay(`${day}T12:00:00Z`, locale, "UTC");
  const choose = (chosen: Day) => {
    onChoose(chosen);
    setOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus withArrow returnFocus>
      <Popover.Target>
        <Button variant="subtle" size="compact-sm" onClick={() => setOpen(!isOpen)}>
          {isToday ? t("app.todayIs", { day: name }) : name}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("app.chooseDay")}>
        <PaneBoundary>
          <Suspense fallback={<p className="quiet">{t("word.loading")}</p>}>
            <Calendar day={day} onChoose={choose} />
          </Suspense>
        </PaneBoundary>
      </Popover.Dropdown>
    </Popover>
  );
}
