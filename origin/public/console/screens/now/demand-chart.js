// @ts-check
/** 15 minutes of demand, offered and admitted against the threshold, and of all pages served. */
/** @import { NowState } from "@spillway/shared/protocol/now-state.ts" */
import { useMemo } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Chart, colour, commonOptions, TIME } from "../../parts/chart.js";
import { perSecond, recentOf } from "../../model/figures.js";
import { scheme } from "../../theme.js";

/** A wall of that many thresholds would press everything else into a line. */
const TALL = 6;
const SYMLOG = 4;
const MIX_STEP_MS = 10_000;

/** @param {{ state: NowState }} props */
export function DemandChart({ state: { seconds, thresholdPerSec, mix } }) {
  /** @type {import("@preact/signals").Signal<"auto" | "linear" | "logarithmic">} */
  const chosen = useSignal(/** @type {"auto" | "linear" | "logarithmic"} */ ("auto"));
  const served = useMemo(() => servedPerSec(seconds, mix), [seconds, mix]);
  const data = useMemo(
    () => [
      seconds.offered.map((_, at) => seconds.fromMs / 1000 + at),
      seconds.demand,
      whileRunning(seconds, seconds.offered),
      whileRunning(seconds, seconds.admitted),
      seconds.threshold,
      served,
    ],
    [seconds, served],
  );
  const highest = Math.max(
    0,
    ...seconds.demand.map((count) => count ?? 0),
    ...seconds.offered,
    ...served.map((count) => count ?? 0),
  );
  const isTall = thresholdPerSec !== null && highest > TALL * Math.max(1, thresholdPerSec);
  const scale = chosen.value === "auto" ? (isTall ? "logarithmic" : "linear") : chosen.value;
  const other = scale === "linear" ? "logarithmic" : "linear";
  return html`<section aria-label="Demand">
    <${Chart}
      title="Demand, offered and admitted, a second"
      summary=${summaryOf(seconds, thresholdPerSec)}
      height=${260}
      look=${`${scheme.value} ${scale}`}
      data=${data}
      optionsOf=${() => optionsOf(scale)}
    />
    <button type="button" class="quiet" onClick=${() => (chosen.value = other)}>
      Scale: ${scale}. Make it ${other}
    </button>
  </section>`;
}

/**
 * Where no origin ran, nothing has reached it, and that is no line at zero. @param {NowState["seconds"]}
 * seconds @param {readonly number[]} counts
 */
function whileRunning({ demand, threshold }, counts) {
  return counts.map((count, at) => (demand[at] === null && threshold[at] === null ? null : count));
}

/**
 * All pages of the edge by second, as evenly as ten seconds of them are reported: where isolates ask nothing,
 * and so tell nothing of their demand, this is what shows a wall. @param {NowState["seconds"]} seconds @param
 * {NowState["mix"]} mix
 */
function servedPerSec({ fromMs, offered }, { fromMs: mixFromMs, calls, untilMs }) {
  const steps = calls.individual.map((_, at) =>
    Object.values(calls).reduce((sum, counts) => sum + (counts[at] ?? 0), 0),
  );
  return offered.map((_, second) => {
    const atMs = fromMs + second * 1000;
    if (untilMs === null || atMs >= untilMs) return null;
    return (steps[Math.floor((atMs - mixFromMs) / MIX_STEP_MS)] ?? 0) / (MIX_STEP_MS / 1000);
  });
}

/** @param {NowState["seconds"]} seconds @param {number | null} threshold */
function summaryOf(seconds, threshold) {
  const demand = recentOf(seconds.demand);
  const limit = threshold === null ? "without a threshold" : `against a threshold of ${perSecond(threshold)}`;
  const highest = Math.max(0, ...seconds.demand.map((count) => count ?? 0));
  return `Now ${demand === undefined ? "demand is not told" : `${perSecond(demand)} demanded`}, ${perSecond(recentOf(seconds.offered) ?? 0)} offered and ${perSecond(recentOf(seconds.admitted) ?? 0)} admitted, ${limit}; most demand in these minutes: ${perSecond(highest)}.`;
}

/** @param {string} scale */
function optionsOf(scale) {
  const { x, axes, ...rest } = commonOptions();
  const line = { width: 2, points: { show: false } };
  const isLogarithmic = scale === "logarithmic";
  return {
    ...rest,
    axes: isLogarithmic ? [axes[0], { ...axes[1], splits: powers }] : axes,
    scales: { x, y: { ...(isLogarithmic && { distr: SYMLOG, asinh: 1 }), range: yRange } },
    series: [
      TIME,
      { label: "Demand", stroke: colour("demand"), fill: colour("demand-soft"), value: figure, ...line },
      { label: "Offered", stroke: colour("offered"), value: figure, ...line },
      { label: "Admitted", stroke: colour("admitted"), value: figure, ...line },
      { label: "Threshold", stroke: colour("threshold"), dash: [6, 4], value: figure, ...line },
      { label: "Pages served, as reported", stroke: colour("muted"), dash: [2, 3], value: figure, ...line },
    ],
  };
}

/** @param {unknown} _ @param {number} __ @param {number} most @returns {[number, number]} */
function yRange(_, __, most) {
  return [0, Math.max(1, (most ?? 0) * 1.1)];
}

/**
 * uPlot's own ticks of this scale begin below 0.
 * @param {unknown} _ @param {number} __ @param {number} ___ @param {number} most
 */
function powers(_, __, ___, most) {
  const ticks = [0];
  for (let power = 1; power <= most; power *= 10) ticks.push(power);
  return ticks;
}

/** @param {unknown} _ @param {number | null} value */
function figure(_, value) {
  return value === null ? "–" : perSecond(value);
}
