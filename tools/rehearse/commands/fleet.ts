/** `rehearse --scenario …`: one run of the simulated fleet, judged, printed and drawn. */
import { checkBounds } from "@spillway/simulation/fleet/bounds.ts";
import { figuresOf, seriesOf } from "@spillway/simulation/fleet/figures.ts";
import { scenario, type Scenario } from "@spillway/simulation/fleet/scenario.ts";
import { tvTailoredShare } from "@spillway/simulation/quality/quality.ts";
import { simulate } from "@spillway/simulation/fleet/simulate.ts";
import { readTrace, traceScenario } from "@spillway/simulation/fleet/trace.ts";
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import { terminalChart } from "@spillway/kit/charts/terminal-chart.ts";
import { UsageError } from "@spillway/kit/commands/usage.ts";
import { optionsOf, type FleetFlags } from "./fleet-options.ts";
import { fleetReport } from "./fleet-report.ts";
import { compareAtPeaks, viewerTables } from "./fleet-viewers.ts";
import { servedTable, verdictTable, type FleetRun } from "./fleet-tables.ts";
import { writeReport } from "@spillway/kit/commands/write-report.ts";

export async function rehearseFleet(flags: FleetFlags): Promise<number> {
  const run = await runFleet(flags);
  if (flags.html !== undefined) writeReport(flags.html, await fleetReport(run));
  if (flags.json === true)
    console.log(JSON.stringify({ ...run.figures, verdicts: run.verdicts, ...run.viewers }));
  else console.log(describe(run));
  return run.verdicts.every(({ ok }) => ok) ? 0 : 1;
}

export async function runFleet(flags: FleetFlags): Promise<FleetRun> {
  const options = optionsOf(flags);
  const played = await scenarioOf(flags);
  using progress = createProgress(`rehearsing ${played.name}`);
  const startedMs = performance.now();
  const run = simulate(options, played, (atS, arrivals) =>
    progress.update(atS, played.durationS, `${formatCount(arrivals)} requests`),
  );
  const figures = figuresOf(options, played, run);
  const elapsedS = (performance.now() - startedMs) / 1000;
  const viewers = options.viewers && {
    quality: compareAtPeaks(options, flags.base, (atS, ofS) =>
      progress.update(atS, ofS, "whom the budget goes to"),
    ),
    tvTailoredShare: tvTailoredShare(run.viewers),
  };
  progress.stop();
  return {
    options,
    scenario: played,
    figures: { ...figures, elapsedS },
    verdicts: checkBounds(figures, flags.base),
    series: seriesOf(run.tally),
    viewers,
  };
}

async function scenarioOf(flags: FleetFlags): Promise<Scenario> {
  const { trace, scale, speed, threshold, base, peak } = flags;
  if (trace !== undefined) {
    return traceScenario(trace, await readTrace(trace), { scale, speed, thresholdPerSec: threshold });
  }
  if (flags.scenario === "trace") throw new UsageError("--scenario trace needs --trace <file>");
  if (flags.scenario === "day") throw new RangeError("the day has a command of its own");
  return scenario(flags.scenario, { base, peak });
}

function describe(run: FleetRun): string {
  const { figures, scenario: played, options } = run;
  const { arrivals, isolates, isolatesPeak, elapsedS, p50Ms, p99Ms } = figures;
  return [
    `${played.name}: ${played.about}. T = ${formatCount(options.thresholdPerSec)}/s, ${options.locations} locations, seed ${options.seed}.`,
    `${formatCount(arrivals)} requests, ${formatCount(isolates)} isolates (${formatCount(isolatesPeak)} at once), p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms; ${elapsedS.toFixed(1)} s real time.`,
    "",
    terminalChart({
      title: "offered to the origin, requests a second; ┄ the threshold",
      values: run.series.offered,
      height: 6,
      width: 80,
      level: options.thresholdPerSec,
    }),
    "",
    textTable(servedTable(figures, options)),
    "",
    textTable(verdictTable(run.verdicts)),
    ...(run.viewers === undefined
      ? []
      : viewerTables(run.viewers).flatMap(({ title, table }) => ["", title, "", textTable(table)])),
  ].join("\n");
}
