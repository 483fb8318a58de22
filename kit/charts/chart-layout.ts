/** Where a chart's texts go, so that none lies on another in whatever font its reader has. */
import type { LineChartSpec } from "./chart-spec.ts";

export type Note = { readonly text: string; readonly leftPx: number; readonly topPx: number };

export type ChartLayout = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly plot: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  /** What stands above the plot: the y axis's label, and those of bands and marks. */
  readonly notes: readonly Note[];
  /** An entry for each line, in their order. */
  readonly legend: readonly Note[];
};

export const MARGIN_PX = 20;
/** The distance from a legend entry's left edge to its text. */
export const LEGEND_ICON_PX = 24;
const LEGEND_GAP_PX = 20;
const WIDTH_PX = 920;
const PLOT_HEIGHT_PX = 280;
const Y_LABELS_PX = 40;
const X_LABELS_PX = 52;
const ROW_PX = 17;
const LEGEND_ROW_PX = 22;

/** The width at 12 px in a wide sans-serif such as DejaVu or Verdana; narrower fonts leave some room. */
function textWidthPx(text: string): number {
  return text.length * 6.8;
}

export function layOut(spec: LineChartSpec): ChartLayout {
  const left = MARGIN_PX + Y_LABELS_PX;
  const notesTopPx = spec.subtitle === undefined ? 48 : 68;
  const { rows, placed } = placeNotes(spec, left);
  const top = notesTopPx + rows * ROW_PX + 8;
  const legend = placeLegend(spec, top + PLOT_HEIGHT_PX + X_LABELS_PX);
  const heightPx = (legend.at(-1)?.topPx ?? top + PLOT_HEIGHT_PX + X_LABELS_PX) + ROW_PX + 16;
  return {
    widthPx: WIDTH_PX,
    heightPx,
    plot: { left, right: MARGIN_PX, top, bottom: heightPx - top - PLOT_HEIGHT_PX },
    notes: placed.map(({ text, leftPx, row }) => ({
      text,
      leftPx,
      topPx: notesTopPx + (rows - 1 - row) * ROW_PX,
    })),
    legend,
  };
}

/** Each in the lowest row where it has room; row 0 is the one next to the plot. */
function placeNotes({ x, yLabel, bands = [], marks = [] }: LineChartSpec, plotLeftPx: number) {
  const [first, last] = [x[0] ?? 0, x.at(-1) ?? 1];
  const plotPx = WIDTH_PX - plotLeftPx - MARGIN_PX;
  const above = (text: string, at: number) => {
    const centrePx = plotLeftPx + (plotPx * (at - first)) / (last - first || 1);
    const most = WIDTH_PX - MARGIN_PX - textWidthPx(text);
    return { text, leftPx: Math.min(most, Math.max(MARGIN_PX, centrePx - textWidthPx(text) / 2)) };
  };
  const notes = [
    ...bands.map(({ from, to, label }) => above(label, (from + to) / 2)),
    ...marks.map(({ at, label }) => above(label, at)),
  ].toSorted((one, other) => one.leftPx - other.leftPx);
  const rowEndsPx: number[] = [];
  const placed = [{ text: yLabel, leftPx: MARGIN_PX }, ...notes].map(({ text, leftPx }) => {
    const free = rowEndsPx.findIndex((endPx) => endPx <= leftPx);
    const row = free === -1 ? rowEndsPx.length : free;
    rowEndsPx[row] = leftPx + textWidthPx(text) + 8;
    return { text, leftPx, row };
  });
  return { rows: rowEndsPx.length, placed };
}

/** Entries stand from left to right; one that does not fit begins a row. */
function placeLegend({ lines }: LineChartSpec, firstTopPx: number): Note[] {
  let leftPx = MARGIN_PX;
  let topPx = firstTopPx;
  return lines.map(({ name }) => {
    const entryPx = LEGEND_ICON_PX + textWidthPx(name);
    if (leftPx > MARGIN_PX && leftPx + entryPx > WIDTH_PX - MARGIN_PX) {
      leftPx = MARGIN_PX;
      topPx += LEGEND_ROW_PX;
    }
    const entry = { text: name, leftPx, topPx };
    leftPx += entryPx + LEGEND_GAP_PX;
    return entry;
  });
}
