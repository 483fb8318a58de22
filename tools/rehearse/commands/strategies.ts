/** `rehearse --strategies`: four ways to meet the same spike, side by side. */
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { textTable } from "@spillway/kit/charts/table.ts";
import { STRATEGIES_PEAK } from "@spillway/simulation/rehearsal/parameters.ts";
import { strategiesAbout, strategiesView } from "@spillway/simulation/rehearsal/strategies-view.ts";
import { compareStrategies } from "@spillway/simulation/strategies/compare.ts";
import { strategyParameters } from "@spillway/simulation/strategies/flags.ts";
import { strategyTable } from "@spillway/simulation/strategies/strategy-table.ts";
import { optionsOf, type FleetFlags } from "./fleet-options.ts";
import { writeReport } from "@spillway/kit/commands/write-report.ts";

export async function rehearseStrategies(
  flags: FleetFlags & { readonly retention: number },
  explicit: (name: string) => boolean,
): Promise<number> {
  const peak = explicit("peak") ? flags.peak : STRATEGIES_PEAK;
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
  const about = strategiesAbout(comparison);
  if (flags.html !== undefined) {
    const { viewHtml } = await import("@spillway/kit/charts/view-html.ts");
    writeReport(flags.html, viewHtml(strategiesView(comparison)));
  }
  if (flags.json === true) console.log(JSON.stringify({ ...comparison, elapsedS }));
  else console.log([`${about}; ${elapsedS.toFixed(1)} s real time.`, "", textTable(table)].join("\n"));
  return 0;
}
