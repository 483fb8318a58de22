/** `spillway report engagement` shows what visitors did, by path, cluster and generation. */
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { dayOf } from "@spillway/store/events/count-once.ts";
import { engagementReport, type EngagementReport } from "@spillway/analytics/engagement/engagement.ts";
import { engagementText } from "@spillway/analytics/engagement/engagement-text.ts";
import { holdoutLift, type HoldoutLift } from "@spillway/analytics/engagement/holdout-lift.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { engagementBetween } from "@spillway/store/events/engagement.ts";
import { currentHoldout, engagementByUser } from "@spillway/store/events/holdout.ts";
import { EXIT_USAGE } from "@spillway/kit/commands/usage.ts";

type Options = {
  readonly from?: string;
  readonly to?: string;
  readonly cluster?: string;
  readonly json: boolean;
};

const EXIT_NOTHING = 1;
const DEFAULT_DAYS = 7;

export function engagementCommand(): Command {
  return new Command("engagement")
    .description(
      "impressions, clicks and plays by path, cluster and generation; rates; lift over the holdout",
    )
    .option(
      "--from <YYYY-MM-DD>",
      `first day, in UTC, of the events; default: ${DEFAULT_DAYS - 1} days before --to`,
    )
    .option("--to <YYYY-MM-DD>", "last day, included; default: today")
    .option("--cluster <id>", "report on this cluster's pages only")
    .option("--json", "print the report as JSON", false)
    .addHelpText(
      "after",
      `\nEach refresh cycle adds up the events. The origin may be running or stopped.\n` +
        `Exit codes: 0 done; ${EXIT_NOTHING} there are no events in these days; ${EXIT_USAGE} wrong use.`,
    )
    .action((options: Options, self: Command) => {
      try {
        engagement(options);
      } catch (error) {
        if (error instanceof RangeError) self.error(`error: ${error.message}`);
        throw error;
      }
    });
}

function engagement({ from, to, cluster, json }: Options): void {
  const last = to === undefined ? dayOf(Date.now()) : dayFrom(to, "--to");
  const first = from === undefined ? last - DEFAULT_DAYS + 1 : dayFrom(from, "--from");
  if (first > last) throw new RangeError(`--from ${dayText(first)} is later than --to ${dayText(last)}`);
  const report = read(first, last, cluster);
  console.log(json ? JSON.stringify(report) : engagementText(report));
  if (report.attribution.length > 0) return;
  console.error(
    "There are no added-up events for these days. A refresh cycle adds them up: pnpm spillway publish",
  );
  process.exitCode = EXIT_NOTHING;
}

function read(from: number, to: number, cluster: string | undefined): EngagementReport {
  const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
  try {
    const rows = engagementBetween(database, from, to);
    const holdout = readHoldout(database, from, to);
    return engagementReport({ rows, from: dayText(from), to: dayText(to), cluster, holdout });
  } finally {
    database.close();
  }
}

/** Reads the part of the period in which the present holdout was already active. */
function readHoldout(database: Database, from: number, to: number): HoldoutLift | undefined {
  const holdout = currentHoldout(database);
  if (holdout === undefined) return undefined;
  const fromMs = Math.max(from * DAY_MS, holdout.sinceMs);
  return holdoutLift(holdout, engagementByUser(database, fromMs, (to + 1) * DAY_MS));
}

function dayFrom(text: string, option: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text)
    throw new RangeError(`${option}: ${text} is not a day such as 2026-09-15`);
  return dayOf(ms);
}

const DAY_MS = 24 * 3600 * 1000;

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
