import { clockTime, minutesText } from "@truckroll/shared/format.ts";
import type { ConsoleTexts } from "../../texts.ts";
import type { Conflict } from "./conflicts.ts";
import type { DayWork } from "./use-day.ts";

/** A conflict in words; short enough for the ghost under the pointer. */
export function conflictText(conflict: Conflict, day: DayWork, texts: ConsoleTexts): string {
  const { t, locale } = texts;
  const skill = (id: string) => day.skillNames.get(id) ?? t("timeline.aSkill");
  switch (conflict.code) {
    case "busy": {
      const other = day.bookings.find((booking) => booking.id === conflict.bookingId);
      const until = other ? clockTime(new Date(other.endsAt), locale, day.zone) : "";
      return t("timeline.conflict.busy", { what: other?.work?.title ?? "", until });
    }
    case "skill-missing":
    case "skill-expired":
      return t(`timeline.conflict.${conflict.code}`, { skill: skill(conflict.skillId) });
    case "skill-level-too-low":
      return t("timeline.conflict.skill-level-too-low", {
        skill: skill(conflict.skillId),
        needed: conflict.needed,
        held: conflict.held,
      });
    case "late":
      return t("timeline.conflict.late", { minutes: minutesText(conflict.minutes, locale) });
    default:
      return t(`timeline.conflict.${conflict.code}`);
  }
}
