/**
 * Charts as static SVG, drawn by Apache ECharts on the server: they open without script and without a
 * network.
 */
import { LineChart } from "echarts/charts";
import {
  GraphicComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { optimize } from "svgo";
import { layOut } from "./chart-layout.ts";
import { chartOption } from "./chart-option.ts";
import type { LineChartSpec } from "./chart-spec.ts";

export { RUNG_COLORS } from "./chart-style.ts";
export type { LineChartSpec } from "./chart-spec.ts";

use([
  LineChart,
  GraphicComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

/** The same spec always gives the same SVG. */
export function lineChart(spec: LineChartSpec): string {
  return draw(spec, false);
}

/** The lines stacked on each other; marks, levels and bands as in `lineChart`. */
export function stackedAreaChart(spec: LineChartSpec): string {
  return draw(spec, true);
}

function draw(spec: LineChartSpec, stacked: boolean): string {
  const layout = layOut(spec);
  const { widthPx: width, heightPx: height } = layout;
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(chartOption(spec, layout, stacked));
    return compact(chart.renderToSVGString(), spec.title);
  } finally {
    chart.dispose();
  }
}

/**
 * A third of the size, and without what ECharts numbers through the life of the process, or would repeat in
 * two charts on one page: the classes of hover styles (unused, their styles go too), and the clip paths,
 * which cut nothing, as nothing lies outside the axes.
 */
function compact(svg: string, label: string): string {
  return optimize(svg, {
    floatPrecision: 1,
    plugins: [
      {
        name: "removeAttrs",
        params: { attrs: "(class|clip-path|pointer-events|ecmeta.*|xml.space|baseProfile)" },
      },
      "preset-default",
      // In a stack each line lies on top of its area.
      { name: "removeUselessStrokeAndFill", params: { removeNone: true } },
      {
        name: "addAttributesToSVGElement",
        params: { attributes: [{ role: "img" }, { "aria-label": label }] },
      },
    ],
  }).data;
}
