/** `rehearse --strategies`: four ways to meet the same spike, side by side. */
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import { compareStrategies } from "@spillway/simulation/strategies/compare.ts";
import { strategyParameters } from "@spillway/simulation/strategies/flags.ts";
import { strategyCharts } from "@spillway/simulation/strategies/strategy-charts.ts";
import { strategyTable } from "@spillway/simulation/strategies/strategy-table.ts";
import { optionsOf, type FleetFlags } from "./fleet-options.ts";
import { writeReport } from "@spillway/kit/commands/write-report.ts";

/**
 * The peak in multiples of T. The kick-off's 100 T would be ten times the work here, and show nothing more.
 */
const DEFAULT_PEAK = 10;

export async function rehearseStrategies(
  flags: FleetFlags & { readonly retention: number },
  explicit: (name: string) => boolean,
): Promise<number> {
  const peak = explicit("peak") ? flags.peak : DEFAULT_PEAK;
  using progress = createProgress("comparing strategies");
  const startedMs = performance.now();
  const comparison = compareStrategies({
    fleet: optionsOf(flags),
    base: flags.base,
    peak,
    retention: flags.retention,
    parameters: strategyParameters(flags),
    onProgress: (done, total, note) => progress.update(done, total, note),
  });
  progress.stop();
  const elapsedS = (performance.now() - startedMs) / 1000;
  const table = strategyTable(comparison);
  const about = `${flags.base} T to ${peak} T, T = ${formatCount(flags.threshold)}/s, seed ${flags.seed}`;
  if (flags.html !== undefined) {
    const [{ htmlReport }, { lineChart }] = await Promise.all([
      import("@spillway/kit/charts/html.ts"),
      import("@spillway/kit/charts/charts.ts"),
    ]);
    const { reactionGap, individualShare, quality } = strategyCharts(comparison);
    writeReport(
      flags.html,
      htmlReport({
        title: "Four ways to meet the same spike",
        subtitle: about,
        facts: [],
        sections: [
          { heading: "Side by side", table },
          ...[reactionGap, individualShare, quality].map((spec) => ({
            heading: spec.title,
            svg: lineChart(spec),
          })),
        ],
        footer: "Simulated in virtual time on the same arrivals; ours with the admission code that ships.",
      }),
    );
  }
  if (flags.json === true) console.log(JSON.stringify({ ...comparison, elapsedS }));
  else console.log([`${about}; ${elapsedS.toFixed(1)} s real time.`, "", textTable(table)].join("\n"));
  return 0;
}
