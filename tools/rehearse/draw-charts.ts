/** Draws the README's charts anew: `node tools/rehearse/draw-charts.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fleetCharts } from "./commands/fleet-report.ts";
import { optionsOf, type FleetFlags } from "./commands/fleet-options.ts";
import { runFleet } from "./commands/fleet.ts";
import { DEFAULT_FLEET } from "@spillway/simulation/fleet/options.ts";
import { lineChart } from "@spillway/kit/charts/charts.ts";
import { compareStrategies } from "@spillway/simulation/strategies/compare.ts";
import { strategyCharts } from "@spillway/simulation/strategies/strategy-charts.ts";

const DIRECTORY = fileURLToPath(new URL("../../docs/charts/", import.meta.url));

/** The command's defaults. */
const flags: FleetFlags = {
  scenario: "kickoff",
  seed: DEFAULT_FLEET.seed,
  threshold: DEFAULT_FLEET.thresholdPerSec,
  base: 0.5,
  peak: 100,
  locations: DEFAULT_FLEET.locations,
  isolateRate: DEFAULT_FLEET.isolatePerSec,
  origins: DEFAULT_FLEET.originInstances,
};

mkdirSync(DIRECTORY, { recursive: true });
const { load } = await fleetCharts(await runFleet(flags));
writeFileSync(`${DIRECTORY}kickoff.svg`, load);
const comparison = compareStrategies({ fleet: optionsOf(flags), base: 0.5, peak: 10 });
writeFileSync(`${DIRECTORY}reaction-gap.svg`, lineChart(strategyCharts(comparison).reactionGap));
