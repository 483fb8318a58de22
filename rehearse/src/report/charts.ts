/** Charts as static SVG, drawn by Apache ECharts on the server: they open without script and without a network. */
import { LineChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { thin } from "./thin.ts";

use([
  LineChart,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

export type ChartLine = {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
  readonly color?: string;
  readonly dashed?: boolean;
  readonly area?: boolean;
  readonly step?: boolean;
};

export type LineChartSpec = {
  readonly title: string;
  readonly subtitle?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly logScale?: boolean;
  /** Vertical lines. */
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
  /** Horizontal lines. */
  readonly levels?: readonly { readonly value: number; readonly label: string }[];
  /** Shaded spans. */
  readonly bands?: readonly { readonly from: number; readonly to: number; readonly label: string }[];
};

/** Okabe and Ito's palette (2008): told apart with every kind of colour vision. */
export const RUNG_COLORS = {
  individual: "#0072b2",
  cluster: "#009e73",
  parent: "#56b4e9",
  generic: "#e69f00",
  builtin: "#cc79a7",
  failed: "#d55e00",
} as const;

const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
const INK = "#3b4252";
const FAINT = "#8a93a3";
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
const [WIDTH, HEIGHT] = [920, 420];
const MOST_POINTS = 600;

export function lineChart(spec: LineChartSpec): string {
  return draw(spec, false);
}

/** The lines stacked on each other. */
export function stackedAreaChart(spec: LineChartSpec): string {
  return draw(spec, true);
}

function draw(spec: LineChartSpec, stacked: boolean): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: "#ffffff",
      textStyle: { fontFamily: FONT, color: INK },
      color: PALETTE,
      title: {
        text: spec.title,
        subtext: spec.subtitle ?? "",
        left: 16,
        top: 10,
        textStyle: { fontSize: 16, color: INK },
        subtextStyle: { fontSize: 12, color: FAINT },
      },
      // Without a screen the width of text is a guess, and a low one.
      legend: {
        bottom: 8,
        left: "center",
        icon: "roundRect",
        itemWidth: 14,
        itemHeight: 8,
        itemGap: 34,
        textStyle: { color: INK },
      },
      grid: { left: 76, right: 28, top: 96, bottom: 84 },
      xAxis: {
        type: "value",
        name: spec.xLabel,
        nameLocation: "middle",
        nameGap: 26,
        min: spec.x[0] ?? 0,
        max: spec.x.at(-1) ?? 1,
        axisLine: { onZero: false },
        splitLine: { show: false },
        axisLabel: { color: FAINT },
        nameTextStyle: { color: FAINT },
      },
      yAxis: {
        type: spec.logScale === true ? "log" : "value",
        name: spec.yLabel,
        nameLocation: "end",
        axisLine: { onZero: false },
        nameTextStyle: { color: FAINT, align: "left", padding: [0, 0, 0, -52] },
        ...(stacked && spec.yLabel.startsWith("%") && { max: 100 }),
        axisLabel: { color: FAINT, formatter: short },
        splitLine: { lineStyle: { color: "#e5e9f0" } },
      },
      series: [
        ...spec.lines.map((line) => seriesOf(line, spec, stacked)),
        { type: "line", data: [], silent: true, ...marksOf(spec) },
      ],
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function seriesOf(line: ChartLine, { x, logScale }: LineChartSpec, stacked: boolean) {
  const points = thin(x, line.values, MOST_POINTS).map(([at, value]) => [
    at,
    // A logarithm has no zero.
    logScale === true && (value ?? 0) <= 0 ? undefined : value,
  ]);
  return {
    type: "line",
    name: line.name,
    data: points,
    showSymbol: false,
    ...(line.step === true && { step: "end" }),
    ...(stacked && { stack: "all" }),
    ...((stacked || line.area === true) && { areaStyle: { opacity: stacked ? 0.85 : 0.15 } }),
    lineStyle: { width: stacked ? 0 : 2, ...(line.dashed === true && { type: "dashed" }) },
    ...(line.color !== undefined && { color: line.color }),
  };
}

function marksOf({ marks = [], levels = [], bands = [] }: LineChartSpec) {
  const lineStyle = { color: FAINT, type: "dashed" };
  return {
    markLine: {
      symbol: "none",
      silent: true,
      lineStyle,
      data: [
        ...marks.map(({ at, label }) => ({ xAxis: at, label: { formatter: label, color: INK } })),
        ...levels.map(({ value, label }) => ({
          yAxis: value,
          label: { formatter: label, color: INK, position: "insideEndTop" },
        })),
      ],
    },
    markArea: {
      silent: true,
      itemStyle: { color: "rgba(136, 147, 163, 0.14)" },
      data: bands.map(({ from, to, label }) => [
        { xAxis: from, name: label, label: { color: FAINT, position: "insideTop" } },
        { xAxis: to },
      ]),
    },
  };
}

/** 12,000 → `12k`, 1,500,000 → `1.5M`. */
function short(value: number): string {
  if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (Math.abs(value) >= 1e3) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}
