/** `rehearse --scenario …`: one run of the simulated fleet, judged, printed and drawn. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { scenario, type Scenario } from "@spillway/simulation/fleet/scenario.ts";
import { readTrace, traceScenario } from "@spillway/simulation/fleet/trace.ts";
import { servedTable, verdictTable } from "@spillway/simulation/rehearsal/fleet-tables.ts";
import { fleetView } from "@spillway/simulation/rehearsal/fleet-view.ts";
import { viewerTables } from "@spillway/simulation/rehearsal/fleet-viewers.ts";
import { runFleet, type FleetRun } from "@spillway/simulation/rehearsal/run-fleet.ts";
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import { terminalChart } from "@spillway/kit/charts/terminal-chart.ts";
import { UsageError } from "@spillway/kit/commands/usage.ts";
import { writeReport } from "@spillway/kit/commands/write-report.ts";
import { optionsOf, type FleetFlags } from "./fleet-options.ts";

type TimedRun = FleetRun & { readonly elapsedS: number };

export async function rehearseFleet(flags: FleetFlags): Promise<number> {
  const run = await timedRun(flags);
  if (flags.html !== undefined) {
    // The chart library takes seconds to load, so it is imported only when it is needed.
    const { viewHtml } = await import("@spillway/kit/charts/view-html.ts");
    writeReport(flags.html, viewHtml(fleetView(run)));
  }
  if (flags.json === true) {
    const { figures, elapsedS, verdicts, notHeld, viewers } = run;
    console.log(JSON.stringify({ ...figures, elapsedS, verdicts, notHeld, ...viewers }));
  } else console.log(describe(run));
  return run.verdicts.every(({ ok }) => ok) ? 0 : 1;
}

async function timedRun(flags: FleetFlags): Promise<TimedRun> {
  const played = await scenarioOf(flags);
  if (flags.armed === true && played.wall === undefined)
    throw new UsageError(`--armed: in ${played.name} there is no spike that could be expected`);
  using progress = createProgress(`rehearsing ${played.name}`);
  const startedMs = performance.now();
  const run = runFleet(optionsOf(flags), played, flags.base, (done, total, arrivals) =>
    progress.update(
      done,
      total,
      arrivals === undefined ? "whom the budget goes to" : counted(arrivals, "request"),
    ),
  );
  progress.stop();
  return { ...run, elapsedS: (performance.now() - startedMs) / 1000 };
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

function describe(run: TimedRun): string {
  const { figures, scenario: played, options, notHeld, elapsedS } = run;
  const { arrivals, isolates, isolatesPeak, p50Ms, p99Ms } = figures;
  return [
    `${played.name}: ${played.about}. T = ${formatCount(options.thresholdPerSec)}/s, ${counted(options.locations, "location")}, seed ${options.seed}.`,
    `${counted(arrivals, "request")}, ${counted(isolates, "isolate")} (${formatCount(isolatesPeak)} at once), p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms; ${elapsedS.toFixed(1)} s real time.`,
    ...(notHeld === undefined ? [] : [notHeld]),
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
