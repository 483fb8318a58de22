/** Writes the mixed log of a scenario, has the shipped command report on it, and compares with who is who. */
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProgress } from "@spillway/kit/commands/progress.ts";
import type { TrafficReport } from "@spillway/analytics/traffic/report-shape.ts";
import { openWorkFolder } from "../work-folder.ts";
import { scraperIds } from "./others.ts";
import { runReport } from "./run-report.ts";
import {
  actorOf,
  DAY_S,
  FIFTH_DAY,
  FIRST_DAY,
  LAST_DAY,
  LOAD_TEST,
  NIGHTS,
  population,
  STEP_DAY,
  STEP_NIGHT,
  VARIANTS,
  type Scenario,
  type Variant,
} from "./scenario.ts";
import { writeLog } from "./write-log.ts";

export type TrafficOptions = Omit<Scenario, "variant"> & {
  readonly variants: boolean;
  /** A folder that is left with a folder of its own for each variant. */
  readonly keep: string | undefined;
};

export type Judged = {
  /** The share of the scraping ids seen by then. */
  readonly recall: number;
  readonly falsePositives: number;
  readonly falsePositiveShare: number;
  /**
   * Visits of the scrapers' kind that no suspect made, over all scraping visits: what ids that change every
   * night leave.
   */
  readonly unexplainedShare: number;
  /** Days between the step as found and as it was; null: none was found. */
  readonly stepErrorDays: number | null;
  readonly stepDate: string | null;
  readonly seconds: number;
  readonly peakMiB: number;
};

export type VariantResult = {
  readonly variant: Variant;
  readonly viewers: number;
  readonly scrapers: number;
  readonly rows: number;
  readonly logMiB: number;
  readonly generateS: number;
  /** Figures for the nights up to the fifth one of scraping, and for all 30. */
  readonly afterFiveNights: Judged;
  readonly wholeMonth: Judged;
};

export type TrafficBench = {
  readonly scale: number;
  readonly seed: number;
  readonly results: readonly VariantResult[];
};

export async function benchTraffic({ variants, keep, ...options }: TrafficOptions): Promise<TrafficBench> {
  const interrupted = new AbortController();
  // The folder is removed in any case.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
  }
  const results: VariantResult[] = [];
  for (const variant of variants ? VARIANTS : VARIANTS.slice(0, 1)) {
    results.push(await benchVariant({ ...options, variant }, keep, interrupted.signal));
  }
  return { ...options, results };
}

async function benchVariant(
  scenario: Scenario,
  keep: string | undefined,
  signal: AbortSignal,
): Promise<VariantResult> {
  using folder = openWorkFolder("traffic", keep && join(keep, scenario.variant));
  const log = join(folder.path, "calls.csv");
  const known = join(folder.path, "known.toml");
  writeFileSync(known, LOAD_TEST.toml);
  const startMs = performance.now();
  const rows = generate(log, scenario);
  const generateS = (performance.now() - startMs) / 1000;
  const judged = async (to: string, nights: number): Promise<Judged> => {
    const args = ["--log", log, "--known", known, "--from", FIRST_DAY, "--to", to];
    const { report, ...cost } = await runReport(args, signal);
    return { ...judge(report, scenario, nights), ...cost };
  };
  const { viewers, scrapers } = population(scenario);
  return {
    variant: scenario.variant,
    viewers,
    scrapers,
    rows,
    logMiB: statSync(log).size / 2 ** 20,
    generateS,
    afterFiveNights: await judged(FIFTH_DAY, 5),
    wholeMonth: await judged(LAST_DAY, NIGHTS - STEP_NIGHT),
  };
}

function generate(log: string, scenario: Scenario): number {
  using progress = createProgress(`writing the log (${scenario.variant})`);
  return writeLog(log, scenario, (night) => progress.update(night, NIGHTS));
}

/** `nights` of scraping were seen, at most. */
function judge(
  report: TrafficReport,
  scenario: Scenario,
  nights: number,
): Omit<Judged, "seconds" | "peakMiB"> {
  const people = population(scenario);
  const { first, count } = scraperIds(people, scenario.variant);
  const seen = Math.min(count, people.scrapers * nights);
  let [found, falsePositives] = [0, 0];
  for (const { user } of report.suspects) {
    const actor = actorOf(user);
    if (actor >= first) found += 1;
    else if (actor < people.viewers) falsePositives += 1;
  }
  const date = report.step?.date;
  return {
    recall: found / seen,
    falsePositives,
    falsePositiveShare: falsePositives / people.viewers,
    unexplainedShare: report.unexplained.visits / (people.scrapers * nights),
    stepErrorDays:
      date === undefined ? null : Math.abs(Date.parse(date) - Date.parse(STEP_DAY)) / (DAY_S * 1000),
    stepDate: date ?? null,
  };
}
