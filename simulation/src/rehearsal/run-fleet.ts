/** One run of the simulated fleet, with what it promises and what came of it. */
import { whyNotHeld } from "@spillway/shared/admission/capacity.ts";
import { checkBounds, type Verdict } from "../fleet/bounds.ts";
import { figuresOf, seriesOf, type Figures, type SecondSeries } from "../fleet/figures.ts";
import type { FleetOptions } from "../fleet/options.ts";
import type { Scenario } from "../fleet/scenario.ts";
import { simulate } from "../fleet/simulate.ts";
import { tvTailoredShare } from "../quality/quality.ts";
import { formatCount } from "@spillway/kit/charts/table.ts";
import { compareAtPeaks, type ViewerReport } from "./fleet-viewers.ts";

export type FleetRun = {
  readonly options: FleetOptions;
  readonly scenario: Scenario;
  readonly figures: Figures;
  readonly verdicts: readonly Verdict[];
  /** Why the origin cannot hold the threshold, whatever its edge does. */
  readonly notHeld: string | undefined;
  readonly series: SecondSeries;
  /** Undefined where nobody is told apart. */
  readonly viewers: ViewerReport | undefined;
};

/** `done` of `total` seconds of virtual time; `arrivals` only of the scenario itself. */
export type FleetProgress = (done: number, total: number, arrivals: number | undefined) => void;

/** `base` is the load before the spike, in T. */
export function runFleet(
  options: FleetOptions,
  scenario: Scenario,
  base: number,
  onProgress: FleetProgress,
): FleetRun {
  const run = simulate(options, scenario, (atS, arrivals) => onProgress(atS, scenario.durationS, arrivals));
  const figures = figuresOf(options, scenario, run);
  const viewers = options.viewers && {
    quality: compareAtPeaks(options, base, (atS, ofS) => onProgress(atS, ofS, undefined)),
    tvTailoredShare: tvTailoredShare(run.viewers),
  };
  return {
    options,
    scenario,
    figures,
    verdicts: checkBounds(figures, base),
    notHeld: notHeld(options),
    series: seriesOf(run.tally),
    viewers,
  };
}

/** What `routing push` would say of this threshold. */
function notHeld({ thresholdPerSec, originInstances, maxInFlight, serviceMeanMs }: FleetOptions) {
  const capacity = { instances: originInstances, maxInFlight, answerMs: serviceMeanMs };
  const reason = whyNotHeld(thresholdPerSec, capacity);
  return reason && `The threshold of ${formatCount(thresholdPerSec)}/s ${reason}.`;
}
