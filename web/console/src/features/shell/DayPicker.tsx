import { ActionIcon, Button, Popover } from "@mantine/core";
import { calendarDay } from "@truckroll/shared/format.ts";
import { type ReactElement, Suspense, lazy, useState } from "react";
import { dayOf, shiftDay } from "../../app/day.ts";
import { Icon } from "../../app/icons.tsx";
import { useZone } from "../../app/me.ts";
import { useChoosing, useSelection } from "../../app/selection.ts";
import { useTexts } from "../../texts.ts";

const Calendar = lazy(() => import("./Calendar.tsx"));

/** The day on the timeline: the one before, the one after, or any. */
export function DayPicker(): ReactElement {
  const { t, locale } = useTexts();
  const { day } = useSelection();
  const { setDay } = useChoosing();
  const zone = useZone();
  const [isOpen, setOpen] = useState(false);
  const today = dayOf(Date.now(), zone);
  const name = calendarDay(`${day}T12:00:00Z`, locale, "UTC");
  return (
    <div className="day-picker" role="group" aria-label={t("app.day")}>
      <ActionIcon
        variant="subtle"
        aria-label={t("app.dayBefore")}
        onClick={() => setDay(shiftDay(day, -1))}
      >
        <Icon name="left" />
      </ActionIcon>
      <Popover opened={isOpen} onChange={setOpen} trapFocus withArrow returnFocus>
        <Popover.Target>
          <Button variant="subtle" size="compact-sm" onClick={() => setOpen(!isOpen)}>
            {day === today ? t("app.todayIs", { day: name }) : name}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t("app.chooseDay")}>
          <Suspense fallback={<p className="quiet">{t("word.loading")}</p>}>
            <Calendar
              day={day}
              onChoose={(chosen) => {
                setDay(chosen);
                setOpen(false);
              }}
            />
          </Suspense>
        </Popover.Dropdown>
      </Popover>
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
