/** Plays a rehearsal and says what came of it: one sentence first. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { ReportView } from "@spillway/kit/charts/report-view.ts";
import { formatCount, formatShare } from "@spillway/kit/charts/table.ts";
import { rehearseDay, type DayResult } from "../day/rehearse-day.ts";
import { scenario } from "../fleet/scenario.ts";
import { compareStrategies, type StrategyComparison } from "../strategies/compare.ts";
import { STRATEGIES } from "../strategies/outcome.ts";
import { dayView } from "./day-view.ts";
import { formatIn } from "./fleet-tables.ts";
import { fleetView } from "./fleet-view.ts";
import { fleetOf, isFleetScenario, workOf, type Rehearsal } from "./parameters.ts";
import { runFleet, type FleetProgress, type FleetRun } from "./run-fleet.ts";
import { strategiesView } from "./strategies-view.ts";

export type RehearsalResult = {
  readonly sentence: string;
  /** Whether every promise holds; null where none is made. */
  readonly holds: boolean | null;
  readonly view: ReportView;
};

/** `done` of `total`, in a unit of each scenario's own. */
export type RehearsalProgress = (done: number, total: number) => void;

export function rehearse(rehearsal: Rehearsal, onProgress: RehearsalProgress): RehearsalResult {
  const { scenario: name, base, peak, seed } = rehearsal;
  if (isFleetScenario(name)) {
    const run = runFleet(
      fleetOf(rehearsal),
      scenario(name, { base, peak }),
      base,
      byArrivals(rehearsal, onProgress),
    );
    const holds = run.verdicts.every(({ ok }) => ok);
    return { sentence: fleetSentence(run), holds, view: fleetView(run) };
  }
  if (name === "day") {
    const day = rehearseDay({ seed, onProgress });
    return { sentence: daySentence(day), holds: null, view: dayView(day) };
  }
  const comparison = compareStrategies({ fleet: fleetOf(rehearsal), base, peak, onProgress });
  return { sentence: strategiesSentence(comparison), holds: null, view: strategiesView(comparison) };
}

/** A second of the wall is a hundred times the work of a calm one. */
function byArrivals(rehearsal: Rehearsal, onProgress: RehearsalProgress): FleetProgress {
  const { played, orders } = workOf(rehearsal);
  const total = rehearsal.thresholdPerSec * (played + orders);
  const ofScenario = rehearsal.thresholdPerSec * played;
  return (done, of, arrivals) =>
    onProgress(
      arrivals === undefined
        ? ofScenario + (total - ofScenario) * (done / of)
        : Math.min(arrivals, ofScenario),
      total,
    );
}

function fleetSentence({ verdicts, figures, options, notHeld, scenario: { name } }: FleetRun): string {
  const T = options.thresholdPerSec;
  const { offeredPeak1s, personalizedPeak1s, servedAs, arrivals, failed } = figures;
  const broken = verdicts.filter(({ ok }) => !ok);
  const promises =
    broken.length === 0
      ? `every promise of ${name} holds`
      : `${broken.length} of ${counted(verdicts.length, "promise")} of ${name} ${broken.length === 1 ? "is" : "are"} broken (${broken
          .map(
            ({ figure, measured, most, least, unit }) =>
              `${figure}: ${formatIn(measured, unit)}, ${most === undefined ? "at least" : "at most"} ${formatIn(most ?? least ?? 0, unit)}`,
          )
          .join("; ")})`;
  return (
    `At ${T < 100 ? Number(T.toFixed(1)) : formatCount(T)} a second ${promises}: in the worst second ${counted(offeredPeak1s * T, "request reaches", "requests reach")} the origin and ` +
    `${formatCount(personalizedPeak1s * T)} are personalized; of all ${formatCount(arrivals)}, ${formatShare(servedAs.individual / Math.max(1, arrivals))} ` +
    `are individual, and ${failed === 0 ? "none fails" : counted(failed, "fails", "fail")}.` +
    (notHeld === undefined ? "" : ` ${notHeld}`)
  );
}

function daySentence({ users, calls, figures }: DayResult): string {
  const missed = figures.filter(({ met }) => !met).length;
  const published =
    missed === 0
      ? "every published figure is met"
      : `${counted(missed, "published figure is", "published figures are")} missed`;
  return `${formatCount(users)} users make ${formatCount(calls)} calls in a day; ${published}.`;
}

function strategiesSentence({ strategies, about }: StrategyComparison): string {
  const all = strategies.map(
    ({ strategy, shares, quality }) =>
      `${STRATEGIES[strategy]} ${formatShare(shares.individual)} individual, ${formatShare(shares.failed)} failed or late, quality ${quality.toFixed(3)}`,
  );
  return `${about}: ${all.join("; ")}.`;
}
