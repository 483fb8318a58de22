// @ts-check
/** What a report's chart shows, as uPlot takes it. */
/** @import { ReportChart } from "@spillway/kit/charts/report-view.ts" */
import { colour } from "../../parts/chart.js";

/** What the whole console shows in one colour has it here too. @type {Readonly<Record<string, string>>} */
const OWN = {
  individual: "rung-individual",
  tailored: "rung-tailored",
  cluster: "rung-cluster",
  parent: "rung-parent",
  generic: "rung-generic",
  builtin: "rung-builtin",
  failed: "text",
  offered: "offered",
  threshold: "threshold",
};
/** Other lines, in their order. */
const PALETTE = ["accent", "rung-generic", "good", "demand", "rung-cluster", "bad"];
const LINEAR = 1;
const LOGARITHMIC = 3;
/** A few points are seen as points. */
const FEW = 40;

/**
 * The columns: x, the lines, and a constant one for each level. Stacked ones stand on each other, the whole
 * first, so that the lower ones are drawn over it.
 * @param {ReportChart} chart
 * @returns {(number | null)[][]}
 */
export function columnsOf({ x, lines, levels = [], isStacked = false, logScale = false }) {
  const known = lines.map(({ values }) =>
    values.map((value) => (value == null || (logScale && value <= 0) ? null : value)),
  );
  let below = x.map(() => 0);
  const stacked = known
    .toReversed()
    .map((values) => (below = below.map((sum, at) => sum + (values[at] ?? 0))))
    .toReversed();
  return [[...x], ...(isStacked ? stacked : known), ...levels.map(({ value }) => x.map(() => value))];
}

/** The highest and lowest of each line, for who does not see the picture. @param {ReportChart} chart */
export function summaryOf({ x, lines, levels = [], xLabel }) {
  const said = lines.map(({ name, values }) => {
    let [most, at, least] = [-Infinity, 0, Infinity];
    for (const [index, value] of values.entries()) {
      if (value == null) continue;
      if (value > most) [most, at] = [value, index];
      least = Math.min(least, value);
    }
    return most === -Infinity
      ? `${name}: nothing`
      : `${name}: from ${figure(least)} to ${figure(most)}, most at ${figure(x[at] ?? 0)}`;
  });
  const limits = levels.map(({ value, label }) => `${label}: ${figure(value)}`);
  return `By ${xLabel}. ${[...said, ...limits].join("; ")}.`;
}

const FIGURE = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** @param {number | null | undefined} value */
function figure(value) {
  return value == null ? "–" : FIGURE.format(value);
}

/** @param {unknown} _ @param {readonly (number | null)[]} values */
function short(_, values) {
  return values.map((value) => (value === null ? "" : SHORT.format(value)));
}

/** @param {ReportChart} chart */
export function optionsOf(chart) {
  const { xLabel, x, logX = false, lines, levels = [], isStacked = false } = chart;
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line") },
  };
  return {
    scales: {
      x: { time: false, distr: logX ? LOGARITHMIC : LINEAR },
      y: yScale(chart),
    },
    axes: [
      { ...axis, label: xLabel, labelSize: 22, values: short },
      { ...axis, size: 56, values: short },
    ],
    legend: { live: true },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    series: [
      { label: xLabel, value: (/** @type {unknown} */ _, /** @type {number | null} */ at) => figure(at) },
      ...lines.map((line, at) => seriesOf(line, at, isStacked, x.length)),
      ...levels.map(({ label }) => ({
        label,
        stroke: colour("threshold"),
        dash: [6, 4],
        width: 1.5,
        points: { show: false },
        value: (/** @type {unknown} */ _, /** @type {number | null} */ value) => figure(value),
      })),
    ],
    hooks: { drawClear: [(/** @type {any} */ drawn) => drawBands(drawn, chart)] },
  };
}

/** @param {ReportChart} chart */
function yScale({ logScale = false, isStacked = false }) {
  if (logScale) return { distr: LOGARITHMIC };
  const head = isStacked ? 1 : 1.1;
  return {
    range: (/** @type {unknown} */ _, /** @type {number} */ __, /** @type {number | null} */ most) => [
      0,
      most === null || most <= 0 ? 1 : most * head,
    ],
  };
}

/** @param {ReportChart["lines"][number]} line @param {number} at @param {boolean} isStacked @param {number} points */
function seriesOf({ name, dashed = false, area = false, step = false }, at, isStacked, points) {
  const UPLOT = /** @type {any} */ (globalThis).uPlot;
  const stroke = strokeOf(name, at);
  return {
    label: name,
    stroke,
    width: isStacked ? 0 : 2,
    points: { show: !isStacked && points <= FEW, size: 5 },
    ...(dashed && { dash: [6, 4] }),
    ...(isStacked && { fill: stroke }),
    ...(area && !isStacked && { fill: stroke.replace(/^rgb\((.*)\)$/, "rgba($1, 0.13)") }),
    ...(step && { paths: UPLOT.paths.stepped({ align: 1 }) }),
    value: (
      /** @type {any} */ drawn,
      /** @type {number | null} */ value,
      /** @type {number} */ column,
      /** @type {number | null} */ index,
    ) => {
      if (!isStacked || index === null || value == null) return figure(value);
      // The layer below is part of it.
      return figure(value - (drawn.data[column + 1]?.[index] ?? 0));
    },
  };
}

/** By a line's first word. @param {string} name @param {number} at */
function strokeOf(name, at) {
  return colour(OWN[name.split(" ")[0] ?? ""] ?? PALETTE[at % PALETTE.length] ?? "accent");
}

/** Shaded spans and vertical marks, behind the lines. @param {any} drawn @param {ReportChart} chart */
function drawBands(drawn, { bands = [], marks = [] }) {
  const { ctx, bbox } = drawn;
  const ratio = devicePixelRatio;
  const place = (/** @type {number} */ at) =>
    Math.max(bbox.left, Math.min(bbox.left + bbox.width, drawn.valToPos(at, "x", true)));
  const say = (/** @type {string} */ label, /** @type {number} */ left) => {
    ctx.fillStyle = colour("muted");
    ctx.font = `${12 * ratio}px system-ui, sans-serif`;
    const isLate = left > bbox.left + bbox.width / 2;
    ctx.textAlign = isLate ? "right" : "left";
    ctx.textBaseline = "top";
    ctx.fillText(label, left + (isLate ? -4 : 4) * ratio, bbox.top + 3 * ratio);
  };
  ctx.save();
  for (const { from, to, label } of bands) {
    ctx.fillStyle = colour("demand-soft");
    ctx.fillRect(place(from), bbox.top, place(to) - place(from), bbox.height);
    say(label, place(from));
  }
  for (const { at, label } of marks) {
    ctx.fillStyle = colour("muted");
    ctx.fillRect(place(at), bbox.top, ratio, bbox.height);
    say(label, place(at));
  }
  ctx.restore();
}
