/** A chart as an option of Apache ECharts: its axes, and the texts around them. */
import { LEGEND_ICON_PX, MARGIN_PX, type ChartLayout, type Note } from "./chart-layout.ts";
import type { ChartLine, LineChartSpec } from "./chart-spec.ts";
import { chartSeries } from "./chart-series.ts";
import { colorOf, FONT, GRID, INK, SOFT } from "./chart-style.ts";
import { formatShort } from "./table.ts";

const TICKS = 8;

export function chartOption(spec: LineChartSpec, layout: ChartLayout, stacked: boolean) {
  const axisTick = { show: false };
  return {
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: FONT, color: INK },
    title: {
      text: spec.title,
      subtext: spec.subtitle ?? "",
      left: MARGIN_PX,
      top: 18,
      padding: 0,
      itemGap: 8,
      textStyle: { fontSize: 16, color: INK },
      subtextStyle: { fontSize: 12, color: SOFT },
    },
    graphic: [
      ...layout.notes.map((note) => textAt(note, SOFT)),
      // Not ECharts' own legend: without a screen it guesses the width of text, too narrowly, and entries
      // overlap.
      ...layout.legend.flatMap((entry, index) =>
        legendEntry(entry, spec.lines[index], colorOf(spec, index), stacked),
      ),
    ],
    grid: layout.plot,
    xAxis: {
      name: spec.xLabel,
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: { color: SOFT },
      axisTick,
      axisLine: { onZero: false, lineStyle: { color: SOFT } },
      splitLine: { show: false },
      ...xScale(spec),
    },
    yAxis: {
      axisTick,
      axisLine: { show: false },
      splitLine: { lineStyle: { color: GRID } },
      ...yScale(spec, stacked),
    },
    series: chartSeries(spec, stacked),
  };
}

function textAt({ text, leftPx, topPx }: Note, fill: string) {
  return { type: "text", x: leftPx, y: topPx, silent: true, style: { text, fill, font: `12px ${FONT}` } };
}

function legendEntry(entry: Note, line: ChartLine | undefined, color: string, stacked: boolean) {
  const { leftPx, topPx } = entry;
  const middlePx = topPx + 6;
  const icon = stacked
    ? {
        type: "rect",
        shape: { x: leftPx, y: middlePx - 5, width: 16, height: 10, r: 2 },
        style: { fill: color },
      }
    : {
        type: "line",
        shape: { x1: leftPx, y1: middlePx, x2: leftPx + 18, y2: middlePx },
        style: { stroke: color, lineWidth: 3, ...(line?.dashed === true && { lineDash: [6, 3] }) },
      };
  return [{ ...icon, silent: true }, textAt({ ...entry, leftPx: leftPx + LEGEND_ICON_PX }, INK)];
}

function xScale({ x, logX }: LineChartSpec) {
  const [first, last] = [x[0] ?? 0, x.at(-1) ?? 1];
  const axisLabel = { color: SOFT, formatter: formatShort };
  if (logX !== true) {
    return {
      type: "value",
      min: first,
      max: last,
      axisLabel: { ...axisLabel, customValues: roundTicks(first, last) },
    };
  }
  // Room for the labels of the first and the last point.
  const roomRatio = (last / first || 1) ** 0.06 * 1.05;
  return {
    type: "log",
    min: first / roomRatio,
    max: last * roomRatio,
    axisLabel: { ...axisLabel, customValues: [...x] },
  };
}

function yScale({ logScale, yLabel, lines }: LineChartSpec, stacked: boolean) {
  if (logScale !== true) {
    const percent = stacked && yLabel.startsWith("%");
    return {
      type: "value",
      axisLabel: { color: SOFT, formatter: formatShort },
      ...(percent && { max: 100 }),
    };
  }
  const most = lines.reduce(
    (max, { values }) => values.reduce<number>((m, value) => Math.max(m, value ?? 0), max),
    1,
  );
  return {
    type: "log",
    // Not up to the next power of ten, which would leave up to a decade empty.
    max: most * 1.6,
    axisLabel: { color: SOFT, formatter: (value: number) => (isPowerOfTen(value) ? formatShort(value) : "") },
  };
}

/** About `TICKS` of them: the multiples of 1, 2, 3 or 5 times a power of ten. */
function roundTicks(first: number, last: number): number[] {
  const least = (last - first) / TICKS;
  if (!(least > 0)) return [first];
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 3, 5].find((factor) => factor * power >= least) ?? 10);
  const from = Math.ceil(first / step);
  return Array.from({ length: Math.floor(last / step) - from + 1 }, (_, index) => (from + index) * step);
}

function isPowerOfTen(value: number): boolean {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-6;
}
