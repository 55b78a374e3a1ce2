import { Button } from "@mantine/core";
import { postApiV1AlarmsByAlarmIdAcknowledgement } from "@truckroll/shared/api/gen/sdk.gen.ts";
import { dayAndTime } from "@truckroll/shared/format.ts";
import { type ReactElement, Suspense, useState } from "react";
import { ifMatch, take } from "../../app/api.ts";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { keys } from "../../app/keys.ts";
import { useMay, useZone } from "../../app/me.ts";
import { part } from "../../app/part.tsx";
import type { Alarm } from "../../app/records.ts";
import { decimalText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { PaneBoundary } from "../shell/PaneBoundary.tsx";
import { Section } from "./Section.tsx";
import { useAlarmsOf } from "./queries.ts";
import { useChange } from "./use-change.ts";
import "./alarm.css";

const AlarmChart = part(() => import("./AlarmChart.tsx"));
const FIRST = 3;

/** The alarms behind the ticket, each with the readings that raised it. */
export function AlarmSection({ ticketId }: { ticketId: string }): ReactElement | null {
  const { t } = useTexts();
  const { data: alarms, error, refetch } = useAlarmsOf(ticketId);
  const [isAll, setAll] = useState(false);
  if (error && !alarms) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (!alarms || alarms.length === 0) return null;
  const shown = isAll ? alarms : alarms.slice(0, FIRST);
  return (
    <Section title={t("panel.alarms", { count: alarms.length })} icon="bell">
      {shown.map((alarm, index) => (
        <AlarmCard key={alarm.id} alarm={alarm} isOpen={index === 0} />
      ))}
      {alarms.length > shown.length && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
          {t("panel.allAlarms", { count: alarms.length })}
        </Button>
      )}
    </Section>
  );
}

const SEVERITY_TONES: Record<Alarm["severity"], string> = {
  info: "tone-quiet",
  warning: "tone-warn",
  major: "tone-bad",
  critical: "tone-bad",
};

function AlarmCard({ alarm, isOpen }: { alarm: Alarm; isOpen: boolean }): ReactElement {
  const { t } = useTexts();
  const [isShown, setShown] = useState(isOpen);
  return (
    <div className="alarm">
      <div className="alarm-line">
        <span className={`mark pill ${SEVERITY_TONES[alarm.severity]}`}>
          {t(`word.severity.${alarm.severity}`)}
        </span>
        <strong className="truncate">{alarm.rule_name}</strong>
        <span className={alarm.state === "active" ? "alarm-active" : "quiet"}>
          {t(`word.alarm.${alarm.state}`)}
        </span>
      </div>
      <AlarmFacts alarm={alarm} />
      <div className="alarm-line">
        <Acknowledge alarm={alarm} />
        <Button
          size="compact-xs"
          variant="subtle"
          aria-expanded={isShown}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? t("panel.hideReadings") : t("panel.showReadings")}
        </Button>
      </div>
      {isShown && (
        <PaneBoundary>
          <Suspense fallback={<div className="chart chart-empty">{t("word.loading")}</div>}>
            <AlarmChart alarm={alarm} />
          </Suspense>
        </PaneBoundary>
      )}
    </div>
  );
}

/** When it was, how often, and which limit was crossed by what. */
function AlarmFacts({ alarm }: { alarm: Alarm }): ReactElement {
  const { t, locale } = useTexts();
  const zone = useZone();
  const limit =
    alarm.raise_at === null || !alarm.comparator
      ? ""
      : t("panel.alarmLimit", {
          value: alarm.value === null ? "–" : decimalText(alarm.value, locale),
          comparator: alarm.comparator,
          limit: decimalText(alarm.raise_at, locale),
        });
  return (
    <div className="alarm-line quiet">
      <span>
        {t("panel.alarmRaised", { time: dayAndTime(alarm.raised_at, locale, zone) })}
        {alarm.cleared_at &&
          ` · ${t("panel.alarmCleared", { time: dayAndTime(alarm.cleared_at, locale, zone) })}`}
        {alarm.occurrences > 1 && ` · ${t("panel.times", { count: alarm.occurrences })}`}
      </span>
      <span className="alarm-limit">{limit}</span>
    </div>
  );
}

function Acknowledge({ alarm }: { alarm: Alarm }): ReactElement | null {
  const { t } = useTexts();
  const may = useMay("alarms.acknowledge");
  const change = useChange({
    act: () =>
      take(
        postApiV1AlarmsByAlarmIdAcknowledgement({
          path: { alarm_id: alarm.id },
          headers: ifMatch(alarm.revision),
        }),
      ),
    touches: [["alarms-of"], keys.activeAlarms],
    done: t("panel.alarmSeen"),
  });
  if (!may || alarm.state !== "active") return null;
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={change.isPending}
        onClick={() => change.mutate()}
      >
        {t("panel.acknowledge")}
      </Button>
      {change.error && <FailureNotice error={change.error} />}
    </>
  );
}
