/** `spillway report engagement` shows what visitors did, by path, cluster and generation. */
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { dayOf } from "@spillway/store/events/count-once.ts";
import { refuseDayAhead } from "@spillway/analytics/coverage/local-day.ts";
import type { EngagementReport } from "@spillway/analytics/engagement/engagement.ts";
import { engagementText } from "@spillway/analytics/engagement/engagement-text.ts";
import { engagementView } from "@spillway/analytics/engagement/engagement-view.ts";
import {
  dayNumber,
  dayText,
  ENGAGEMENT_DAYS,
  readEngagement,
} from "@spillway/origin/reports/read-reports.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { checkOutput } from "@spillway/kit/commands/named-files.ts";
import { EXIT_USAGE } from "@spillway/kit/commands/usage.ts";
import { writeView } from "./write-view.ts";

type Options = {
  readonly from?: string;
  readonly to?: string;
  readonly cluster?: string;
  readonly json: boolean;
  readonly html?: string;
};

const EXIT_NOTHING = 1;

export function engagementCommand(): Command {
  return new Command("engagement")
    .description(
      "impressions, clicks and plays by path, cluster and generation; rates; lift over the holdout",
    )
    .option(
      "--from <YYYY-MM-DD>",
      `first day, in UTC, of the events; default: ${ENGAGEMENT_DAYS - 1} days before --to`,
    )
    .option("--to <YYYY-MM-DD>", "last day, included; default: today")
    .option("--cluster <id>", "report on this cluster's pages only")
    .option("--json", "print the report as JSON", false)
    .option("--html <file>", "write the report as one HTML file")
    .addHelpText(
      "after",
      `\nEach refresh cycle adds up the events. The origin may be running or stopped.\n` +
        `Exit codes: 0 done; ${EXIT_NOTHING} there are no events in these days; ${EXIT_USAGE} wrong use.`,
    )
    .action(async (options: Options, self: Command) => {
      try {
        await engagement(options);
      } catch (error) {
        if (error instanceof RangeError) self.error(`error: ${error.message}`);
        throw error;
      }
    });
}

async function engagement({ from, to, cluster, json, html }: Options): Promise<void> {
  checkOutput("--html", html);
  const last = to === undefined ? dayOf(Date.now()) : dayFrom(to, "--to");
  refuseDayAhead(dayText(last), Date.now(), "UTC");
  const first = from === undefined ? last - ENGAGEMENT_DAYS + 1 : dayFrom(from, "--from");
  if (first > last) throw new RangeError(`--from ${dayText(first)} is later than --to ${dayText(last)}`);
  const report = read(first, last, cluster);
  await writeView(html, () => engagementView(report));
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
    return readEngagement(database, { from, to, cluster });
  } finally {
    database.close();
  }
}

function dayFrom(text: string, option: string): number {
  const day = dayNumber(text);
  if (day === undefined) throw new RangeError(`${option}: ${text} is not a day such as 2026-09-15`);
  return day;
}
