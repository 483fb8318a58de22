/** Draws the README's charts anew: `node tools/rehearse/draw-charts.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DEFAULT_FLEET } from "@spillway/simulation/fleet/options.ts";
import { scenario } from "@spillway/simulation/fleet/scenario.ts";
import { fleetCharts } from "@spillway/simulation/rehearsal/fleet-view.ts";
import { LIMITS, STRATEGIES_PEAK } from "@spillway/simulation/rehearsal/parameters.ts";
import { runFleet } from "@spillway/simulation/rehearsal/run-fleet.ts";
import { lineChart } from "@spillway/kit/charts/charts.ts";
import { compareStrategies } from "@spillway/simulation/strategies/compare.ts";
import { strategyCharts } from "@spillway/simulation/strategies/strategy-charts.ts";

const DIRECTORY = fileURLToPath(new URL("../../docs/charts/", import.meta.url));

mkdirSync(DIRECTORY, { recursive: true });
const [base, peak] = [LIMITS.base.value, LIMITS.peak.value];
const { load } = fleetCharts(runFleet(DEFAULT_FLEET, scenario("kickoff", { base, peak }), base, () => {}));
writeFileSync(`${DIRECTORY}kickoff.svg`, lineChart(load));
const comparison = compareStrategies({ fleet: DEFAULT_FLEET, base, peak: STRATEGIES_PEAK });
writeFileSync(`${DIRECTORY}reaction-gap.svg`, lineChart(strategyCharts(comparison).reactionGap));
