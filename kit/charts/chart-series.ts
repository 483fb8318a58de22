/** A chart's lines, and what is marked among them, as series of Apache ECharts. */
import type { ChartLine, LineChartSpec } from "./chart-spec.ts";
import { colorOf, INK, SOFT } from "./chart-style.ts";
import { downsample } from "./downsample.ts";

/**
 * The most points of a line or a stack: the plot has no room to show more, and each adds to the file's size.
 */
const MOST_POINTS = 600;

export function chartSeries(spec: LineChartSpec, stacked: boolean) {
  return [...seriesOf(spec, stacked), marksOf(spec)];
}

function seriesOf(spec: LineChartSpec, stacked: boolean) {
  const { x, lines } = spec;
  const together = stacked
    ? downsample(
        lines.map(({ values }) => values),
        MOST_POINTS,
      )
    : undefined;
  return lines.map((line, index) => ({
    type: "line",
    name: line.name,
    data: (together ?? downsample([line.values], MOST_POINTS)).map((at) => pointOf(x, line, at)),
    ...(line.pointLabels === undefined ? { symbol: "none" } : { symbol: "circle", symbolSize: 8 }),
    silent: true,
    ...(line.step === true && { step: "end" }),
    ...(stacked && { stack: "all" }),
    ...((stacked || line.area === true) && { areaStyle: { opacity: stacked ? 0.9 : 0.14 } }),
    lineStyle: { width: stacked ? 0 : 2, ...(line.dashed === true && { type: "dashed" }) },
    color: colorOf(spec, index),
  }));
}

function pointOf(x: readonly number[], { values, pointLabels }: ChartLine, at: number) {
  const value = [x[at], values[at]];
  if (pointLabels === undefined) return value;
  return {
    value,
    label: { show: true, position: "top", color: INK, fontSize: 12, formatter: pointLabels[at] ?? "" },
  };
}

/** A series of its own, invisible but for its marks; its points make room for the levels. */
function marksOf({ x, marks = [], levels = [], bands = [] }: LineChartSpec) {
  return {
    type: "line",
    data: levels.map(({ value }) => [x[0] ?? 0, value]),
    symbol: "none",
    silent: true,
    lineStyle: { width: 0 },
    markLine: {
      symbol: "none",
      silent: true,
      lineStyle: { color: SOFT, width: 1.2, type: "dashed" },
      data: [
        ...marks.map(({ at }) => ({ xAxis: at, label: { show: false } })),
        ...levels.map(({ value, label }) => ({ yAxis: value, label: levelLabel(label) })),
      ],
    },
    markArea: {
      silent: true,
      itemStyle: { color: "rgba(91, 100, 114, 0.13)" },
      data: bands.map(({ from, to }) => [{ xAxis: from }, { xAxis: to }]),
    },
  };
}

/** The label has a halo because it may lie on a line. */
function levelLabel(text: string) {
  return {
    formatter: text,
    color: INK,
    position: "insideEndTop",
    textBorderColor: "#ffffff",
    textBorderWidth: 3,
  };
}
