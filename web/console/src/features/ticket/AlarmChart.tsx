import { Button, NativeSelect } from "@mantine/core";
import { clockTime, dayAndTime } from "@truckroll/shared/format.ts";
import { type ReactElement, Suspense, useMemo, useState } from "react";
import { FailureNotice } from "../../app/FailureNotice.tsx";
import { useZone } from "../../app/me.ts";
import { part } from "../../app/part.tsx";
import type { Alarm } from "../../app/records.ts";
import { decimalText } from "../../app/words.ts";
import { useTexts } from "../../texts.ts";
import { spanAround } from "./chart-span.ts";
import { useDeviceState, useSeries } from "./queries.ts";

const Chart = part(() => import("./chart-view.tsx"));

/**
 * The readings around an alarm. A fault that a device reports by itself has no metric of its own:
 * then people choose what they want to see.
 */
export default function AlarmChart({ alarm }: { alarm: Alarm }): ReactElement {
  const { t } = useTexts();
  const state = useDeviceState(alarm.metric ? null : alarm.device_id);
  const [chosen, setChosen] = useState<string | null>(null);
  const metrics = Object.keys(state.data?.values ?? {}).sort();
  const metric = alarm.metric ?? chosen ?? metrics[0];
  if (state.isLoading) return <div className="chart chart-empty">{t("word.loading")}</div>;
  if (!metric) return <div className="chart chart-empty">{t("panel.noReadings")}</div>;
  return (
    <>
      {!alarm.metric && metrics.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label={t("panel.metric")}
          value={metric}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={metrics}
        />
      )}
      <Readings alarm={alarm} metric={metric} />
    </>
  );
}

/** As a picture or as a table. */
function Readings(props: { alarm: Alarm; metric: string }): ReactElement {
  const { alarm, metric } = props;
  const { t } = useTexts();
  const [isTable, setTable] = useState(false);
  const { raised_at, cleared_at, last_at } = alarm;
  const span = useMemo(
    () => spanAround({ raised_at, cleared_at, last_at }, new Date()),
    [raised_at, cleared_at, last_at],
  );
  const series = useSeries({ deviceId: alarm.device_id, metric, ...span });
  if (series.error && !series.data)
    return <FailureNotice error={series.error} onRetry={() => void series.refetch()} />;
  const points = series.data?.points ?? [];
  if (series.data && points.length === 0)
    return <div className="chart chart-empty">{t("panel.noReadings")}</div>;
  return (
    <div>
      {isTable ? (
        <Table points={points} metric={metric} />
      ) : (
        <Suspense fallback={<div className="chart chart-empty">{t("word.loading")}</div>}>
          <Chart
            points={points}
            metric={metric}
            raiseAt={alarm.raise_at}
            clearAt={alarm.clear_at}
            raisedAt={alarm.raised_at}
            since={span.since}
            until={span.until}
          />
        </Suspense>
      )}
      <Button size="compact-xs" variant="subtle" onClick={() => setTable(!isTable)}>
        {isTable ? t("panel.asChart") : t("panel.asTable")}
      </Button>
    </div>
  );
}

interface Point {
  at: string;
  value: number;
  low: number;
  high: number;
}

function Table({ points, metric }: { points: Point[]; metric: string }): ReactElement {
  const { t, locale } = useTexts();
  const zone = useZone();
  const isOneDay =
    points.length > 0 &&
    Date.parse(points.at(-1)?.at ?? "") - Date.parse(points[0]?.at ?? "") < 20 * 3_600_000;
  const time = isOneDay ? clockTime : dayAndTime;
  return (
    <div className="chart chart-table" tabIndex={0} role="region" aria-label={metric}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("panel.time")}</th>
            <th scope="col">{metric}</th>
            <th scope="col">{t("panel.lowest")}</th>
            <th scope="col">{t("panel.highest")}</th>
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map((point) => (
            <tr key={point.at}>
              <td>{time(point.at, locale, zone)}</td>
              <td>{decimalText(point.value, locale)}</td>
              <td>{decimalText(point.low, locale)}</td>
              <td>{decimalText(point.high, locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
