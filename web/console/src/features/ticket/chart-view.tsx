import { clockTime, dayAndTime } from "@truckroll/shared/format.ts";
import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { type ECharts, init, registerLocale, use as register } from "echarts/core";
import langZH from "echarts/lib/i18n/langZH.js";
import { SVGRenderer } from "echarts/renderers";
import { type ReactElement, useEffect, useRef } from "react";
import { useZone } from "../../app/me.ts";
import { useScheme } from "../../app/scheme.ts";
import { decimalText } from "../../app/words.ts";
import { type ConsoleTexts, useTexts } from "../../texts.ts";

register([LineChart, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);
registerLocale("ZH", langZH);

interface Props {
  points: { at: string; value: number; low: number; high: number }[];
  metric: string;
  raiseAt: number | null;
  clearAt: number | null;
  raisedAt: string;
  since: string;
  until: string;
}

/** Drawn as SVG: sharp, and readable by machines. The colours are those of the page. */
export default function ChartView(props: Props): ReactElement {
  const texts = useTexts();
  const zone = useZone();
  const scheme = useScheme();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return undefined;
    const locale = texts.locale === "en" ? "EN" : "ZH";
    const chart = init(place.current, null, { renderer: "svg", locale });
    chart.setOption(optionOf(props, texts, zone));
    const watch = resizing(chart, place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [props, texts, zone, scheme]);
  const last = props.points.at(-1);
  const label = texts.t("panel.chartLabel", {
    metric: props.metric,
    count: props.points.length,
    last: last ? decimalText(last.value, texts.locale) : "–",
  });
  return <div className="chart" ref={place} role="img" aria-label={label} />;
}

function resizing(chart: ECharts, element: Element): ResizeObserver {
  const watch = new ResizeObserver(() => chart.resize());
  watch.observe(element);
  return watch;
}

function optionOf(props: Props, texts: ConsoleTexts, zone: string) {
  const { metric } = props;
  return {
    animation: false,
    grid: { left: 8, right: 12, top: 22, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis" as const,
      backgroundColor: colour("--card"),
      borderColor: colour("--line"),
      textStyle: { ...smallText(), color: colour("--text") },
      formatter: (items: unknown) => tooltip(items, metric, texts, zone),
    },
    xAxis: timeAxis(props, texts, zone),
    yAxis: valueAxis(props),
    series: [readings(props, texts)],
  };
}

const colour = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const smallText = () => ({ color: colour("--quiet"), fontFamily: "inherit", fontSize: 11 });

function timeAxis({ since, until }: Props, texts: ConsoleTexts, zone: string) {
  return {
    type: "time" as const,
    min: Date.parse(since),
    max: Date.parse(until),
    axisLabel: {
      ...smallText(),
      hideOverlap: true,
      formatter: (at: number) => clockTime(new Date(at), texts.locale, zone),
    },
    axisLine: { lineStyle: { color: colour("--line") } },
    splitLine: { show: false },
  };
}

/** Reaches to the limits even where no reading does. */
function valueAxis({ metric, raiseAt, clearAt }: Props) {
  const limits = [raiseAt, clearAt].filter((limit) => limit !== null);
  return {
    type: "value" as const,
    scale: true,
    name: metric,
    nameTextStyle: { ...smallText(), align: "left" as const },
    axisLabel: smallText(),
    splitLine: { lineStyle: { color: colour("--line"), opacity: 0.6 } },
    min: ({ min, max }: Extent) => rounded(Math.min(min, ...limits), max - min, Math.floor),
    max: ({ min, max }: Extent) => rounded(Math.max(max, ...limits), max - min, Math.ceil),
  };
}

function readings(props: Props, texts: ConsoleTexts) {
  const { points, metric } = props;
  return {
    type: "line" as const,
    name: metric,
    showSymbol: points.length < 40,
    symbolSize: 5,
    data: points.map((point) => [Date.parse(point.at), point.value]),
    lineStyle: { color: colour("--brand"), width: 2 },
    itemStyle: { color: colour("--brand") },
    markLine: { symbol: "none", silent: true, data: marks(props, texts) },
  };
}

/** The limits that raise and clear the alarm, and the moment when it was raised. */
function marks({ raiseAt, clearAt, raisedAt }: Props, texts: ConsoleTexts) {
  const limit = (value: number, name: string, tone: string) => ({
    yAxis: value,
    lineStyle: { color: colour(tone), type: "dashed" as const, width: 1.5 },
    label: {
      formatter: `${name} ${decimalText(value, texts.locale)}`,
      position: "insideEndTop" as const,
      color: colour(tone),
      fontSize: 11,
    },
  });
  return [
    ...(raiseAt === null ? [] : [limit(raiseAt, texts.t("panel.limitRaise"), "--bad")]),
    ...(clearAt === null || clearAt === raiseAt
      ? []
      : [limit(clearAt, texts.t("panel.limitClear"), "--ok")]),
    {
      xAxis: Date.parse(raisedAt),
      lineStyle: { color: colour("--bad"), width: 1 },
      label: { show: false },
    },
  ];
}

interface Extent {
  min: number;
  max: number;
}

/** The end of the axis on a round number, with a little room. */
function rounded(value: number, span: number, round: (value: number) => number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(span, 1e-6)));
  return round(value / step) * step;
}

function tooltip(items: unknown, metric: string, texts: ConsoleTexts, zone: string): string {
  const [item] = items as { value: [number, number] }[];
  if (!item) return "";
  const [at, value] = item.value;
  const time = dayAndTime(new Date(at), texts.locale, zone);
  const box = document.createElement("div");
  box.textContent = `${time}  ${metric} ${decimalText(value, texts.locale)}`;
  return box.innerHTML;
}
