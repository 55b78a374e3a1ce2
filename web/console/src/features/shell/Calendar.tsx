import { DatePicker, DatesProvider } from "@mantine/dates";
import "@mantine/dates/styles.css";
import "dayjs/locale/zh-cn";
import { calendarDay } from "@truckroll/shared/format.ts";
import type { ReactElement } from "react";
import type { Day } from "../../app/day.ts";
import { useTexts } from "../../texts.ts";

/** Months and years the way of the language; the library would write Chinese in English order. */
const FORMATS = {
  en: { name: "en", month: "MMMM YYYY", year: "YYYY", first: 1 },
  "zh-CN": { name: "zh-cn", month: "YYYY年M月", year: "YYYY年", first: 1 },
} as const;

export default function Calendar(props: { day: Day; onChoose: (day: Day) => void }): ReactElement {
  const { locale, t } = useTexts();
  const format = FORMATS[locale];
  return (
    <DatesProvider settings={{ locale: format.name, firstDayOfWeek: format.first }}>
      <DatePicker
        value={props.day}
        defaultDate={props.day}
        onChange={(value) => value && props.onChoose(value)}
        monthLabelFormat={format.month}
        yearLabelFormat={format.year}
        monthsListFormat={locale === "en" ? "MMM" : "M月"}
        ariaLabels={{ nextMonth: t("app.nextMonth"), previousMonth: t("app.previousMonth") }}
        getDayProps={(day) => ({
          "aria-label": calendarDay(`${day}T12:00:00Z`, locale, "UTC"),
        })}
        classNames={{ day: "calendar-day" }}
        hideOutsideDates
        size="sm"
      />
    </DatesProvider>
  );
}
