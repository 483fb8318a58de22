// @ts-check
/** Which rungs served, by ten seconds: as much as isolates have reported. */
/** @import { NowState } from "@spillway/shared/protocol/now-state.ts" */
import { useMemo } from "preact/hooks";
import { html } from "htm/preact";
import { duration, percent } from "@spillway/shared/protocol/now-sentence.ts";
import { Chart, colour, commonOptions, TIME } from "../../parts/chart.js";
import { scheme } from "../../theme.js";
import { goneMs } from "../../live.js";

/** From the bottom of the ladder to its top, as they are stacked. */
const RUNGS = /** @type {const} */ (["builtin", "generic", "parent", "cluster", "tailored", "individual"]);
const STEP_S = 10;

/** @param {{ state: NowState, isPast: boolean }} props */
export function MixChart({ state, isPast }) {
  const { mix } = state;
  const data = useMemo(() => stacked(mix), [mix]);
  const { latest, untilMs } = mix;
  const calls = Object.values(latest.calls).reduce((sum, count) => sum + count, 0);
  const shares = RUNGS.toReversed()
    .filter((rung) => latest.calls[rung] > 0)
    .map((rung) => `${percent(latest.calls[rung] / calls)} ${rung}`);
  const age = untilMs === null ? undefined : state.atMs - untilMs + goneMs.value;
  return html`<section aria-label="Rung mix">
    <${Chart}
      title="How pages were served, pages in ten seconds"
      summary=${calls === 0 ? "Nothing is reported yet." : `${shares.join(", ")}.`}
      height=${200}
      look=${scheme.value}
      data=${data}
      optionsOf=${optionsOf}
    />
    <p class="hint">
      ${
        isPast
          ? "As isolates have reported it by now; steps that were whole then."
          : age === undefined
            ? "Isolates report every ten seconds, through a queue."
            : `Reported until ${duration(age)} ago.`
      }
    </p>
  </section>`;
}

/**
 * Each rung on top of those below it, the whole first, so that the lower ones are drawn over it. @param
 * {NowState["mix"]} mix
 */
function stacked({ fromMs, calls }) {
  const times = calls.individual.map((_, at) => fromMs / 1000 + at * STEP_S);
  let below = times.map(() => 0);
  const layers = RUNGS.map((rung) => {
    below = below.map((sum, at) => sum + (calls[rung][at] ?? 0));
    return below;
  });
  return [times, ...layers.toReversed()];
}

function optionsOf() {
  const UPLOT = /** @type {any} */ (globalThis).uPlot;
  const { x, ...rest } = commonOptions();
  const drawn = RUNGS.toReversed();
  return {
    ...rest,
    scales: {
      x,
      y: {
        range: (/** @type {unknown} */ _, /** @type {number} */ __, /** @type {number} */ most) => [
          0,
          Math.max(1, (most ?? 0) * 1.1),
        ],
      },
    },
    series: [
      TIME,
      ...drawn.map((rung, at) => ({
        label: rung,
        stroke: colour(`rung-${rung}`),
        fill: colour(`rung-${rung}`),
        width: 0,
        points: { show: false },
        paths: UPLOT.paths.bars({ size: [1, 100], align: 1 }),
        // The layer below is part of it.
        value: (
          /** @type {any} */ chart,
          /** @type {unknown} */ _,
          /** @type {number} */ __,
          /** @type {number | null} */ index,
        ) => {
          if (index === null) return "–";
          return String((chart.data[at + 1]?.[index] ?? 0) - (chart.data[at + 2]?.[index] ?? 0));
        },
      })),
    ],
  };
}
