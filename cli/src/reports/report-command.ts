/** `spillway report` prints reports from the serving log and from events. */
import { join } from "node:path";
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { coverageText } from "@spillway/analytics/coverage/coverage-text.ts";
import { coverageView } from "@spillway/analytics/coverage/coverage-view.ts";
import { readCoverage } from "@spillway/origin/reports/read-reports.ts";
import { openServingLogReader } from "@spillway/origin/serving-log/read-serving-log.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { SERVING_LOG_FILE } from "@spillway/store/folder/swap-data.ts";
import { parseDay, parseTimeZone } from "./day-options.ts";
import { engagementCommand } from "./engagement-command.ts";
import { checkOutput } from "@spillway/kit/commands/named-files.ts";
import { writeView } from "./write-view.ts";
import { trafficCommand } from "./traffic-command.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";

type Options = {
  readonly day?: string;
  readonly timeZone?: string;
  readonly json: boolean;
  readonly html?: string;
};

export const EXIT_NOTHING = 1;

export function reportCommand(): Command {
  const command = exitOnUsageError(new Command("report")).description(
    "print reports from the serving log and from events",
  );
  command
    .command("coverage")
    .description(
      "a day's users and calls: personalized, served from a cluster page, generic; by band and minute",
    )
    .option("--day <YYYY-MM-DD>", "a day in the time zone; default: yesterday", parseDay)
    .option("--time-zone <zone>", "default: the time zone of the newest routing, or UTC", parseTimeZone)
    .option("--json", "print the report as JSON", false)
    .option("--html <file>", "write the report as one HTML file with charts")
    .addHelpText(
      "after",
      `\nThe origin may be running or stopped.\n` +
        `Exit codes: 0 done; ${EXIT_NOTHING} nothing was logged on that day; ${EXIT_USAGE} wrong use.`,
    )
    .action(async (options: Options, self: Command) => {
      try {
        await coverage(options);
      } catch (error) {
        if (error instanceof RangeError) self.error(`error: ${error.message}`);
        throw error;
      }
    });
  return command
    .addCommand(exitOnUsageError(engagementCommand()))
    .addCommand(exitOnUsageError(trafficCommand()));
}

async function coverage({ day, timeZone, json, html }: Options): Promise<void> {
  checkOutput("--html", html);
  const { databasePath, dataDirectory } = loadStorePaths(readEnvironment());
  const log = openServingLogReader(join(dataDirectory, SERVING_LOG_FILE));
  const database = openDatabase(databasePath);
  const report = await readCoverage({ database, log }, { day, timeZone }, Date.now());
  database.close();
  log.close();
  await writeView(html, () => coverageView(report));
  console.log(json ? JSON.stringify(report) : coverageText(report));
  if (report.calls.total > 0) return;
  console.error(`Nothing was logged on ${report.day} (${report.timeZone}).`);
  process.exitCode = EXIT_NOTHING;
}
