/** `spillway report traffic` finds the step in nightly volumes and the actors that cause it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { Command, InvalidArgumentError } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { dayBefore, refuseDayAhead } from "@spillway/analytics/coverage/local-day.ts";
import { createCalendar, type Calendar } from "@spillway/analytics/traffic/calendar.ts";
import { FORMAT_NAMES, FORMATS } from "@spillway/analytics/logs/formats.ts";
import { parseUserFrom, USER_FROM_FORM, type UserSource } from "@spillway/analytics/logs/user-from.ts";
import { logTimes, type LogTimes } from "@spillway/analytics/traffic/log-days.ts";
import { logSource, type LogOptions } from "@spillway/analytics/traffic/log-source.ts";
import { servingLogSource } from "@spillway/analytics/traffic/serving-log-source.ts";
import { readSuspectUsers, suspectLines, suspectsOf } from "@spillway/analytics/traffic/suspects-list.ts";
import type { TrafficReport } from "@spillway/analytics/traffic/report-shape.ts";
import { trafficView } from "@spillway/analytics/traffic/traffic-view.ts";
import { trafficText } from "@spillway/analytics/traffic/traffic-text.ts";
import { trafficReport } from "@spillway/analytics/traffic/traffic-report.ts";
import type { SourceFindings, TrafficSource } from "@spillway/analytics/traffic/traffic-source.ts";
import { operatorZone, routingVersions, TRAFFIC_DAYS } from "@spillway/origin/reports/read-reports.ts";
import { openServingLogReader } from "@spillway/origin/serving-log/read-serving-log.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { printBadRows } from "../learn/bad-rows.ts";
import { parseDay, parseTimeZone } from "./day-options.ts";
import { checkOutput, readNamed } from "@spillway/kit/commands/named-files.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { logPaths } from "./log-paths.ts";
import { readKnown, readRouting } from "./traffic-files.ts";
import { writeView } from "./write-view.ts";
import { EXIT_USAGE } from "@spillway/kit/commands/usage.ts";

type Options = {
  readonly from?: string;
  readonly to?: string;
  readonly timeZone?: string;
  readonly log: readonly string[];
  readonly format?: string;
  readonly fields?: readonly string[];
  readonly userFrom: readonly UserSource[];
  readonly known?: string;
  readonly routing?: string;
  readonly threshold?: number;
  readonly homepage: readonly string[];
  readonly previous?: string;
  readonly suspectsOut?: string;
  readonly expireDays: number;
  readonly json: boolean;
  readonly html?: string;
};

export const EXIT_INCOMPLETE = 1;

const HELP = `
Without --log, the origin's own serving log is read, with the thresholds of the routing that was active at the time.

Access logs are read as they are, plain, .gz or .zst; each file is told by its first lines, and --format names one:
${FORMATS.map(({ name, title }) => `  ${name.padEnd(11)} ${title}`).join("\n")}
  csv, jsonl  rows of our own form, CSV with a header row or JSON Lines, with these columns in any order: time (ISO 8601,
              or s, ms, µs or ns since 1970), user, category (homepage, search, similar, playback, events, …) and optionally
              network (address or prefix), agent (User-Agent) and method (GET or POST)

--log may be repeated, takes patterns ('logs/*.gz', quoted or not) and - for standard input. --user-from says where an
access log names users: ${USER_FROM_FORM}. It may be repeated; the first that finds
one counts. Without it: the parameter user, or the log's own field. Where nobody is named, the address stands for a user.

--known describes security assessments and performance tests by their time and network, in TOML or the same keys in JSON:
  [[known]]
  name = "load test before the quarter-finals"
  kind = "performance-test"            # or security-assessment, other
  from = 2026-09-10T22:00:00Z
  until = 2026-09-11T02:00:00Z
  networks = ["203.0.113.0/24"]

Evidence is measured in bits and added up. An actor is a suspect with at least 13 bits from at least two nights.
--json prints the TrafficReport of analytics/src/traffic/report-shape.ts; --suspects-out writes one JSON object per line:
{ "user", "score", "evidence": ["same-reads +6: …", …], "expires" }, with "hash" instead of "user" for the serving log.

Exit codes: 0 done; ${EXIT_INCOMPLETE} bad rows were left out, or there were no calls in the period; ${EXIT_USAGE} wrong use.`;

export function trafficCommand(): Command {
  return new Command("traffic")
    .description("nightly volumes, the step in them, and the actors that cause it: scrapers, tests, bursts")
    .option(
      "--from <YYYY-MM-DD>",
      `first day; default: ${TRAFFIC_DAYS - 1} days before --to, or the first of the logs`,
      parseDay,
    )
    .option("--to <YYYY-MM-DD>", "last day, included; default: the last of the logs, or yesterday", parseDay)
    .option(
      "--log <file...>",
      "read these logs instead of the serving log; patterns and - work; may be repeated",
      append,
      [],
    )
    .option(
      "--format <name>",
      `format of all logs: ${FORMAT_NAMES.join(", ")}; default: told by each file`,
      parseFormat,
    )
    .option(
      "--fields <names>",
      "fields of CloudFront's real-time logs in their order, by commas",
      parseFields,
    )
    .option(
      "--user-from <place...>",
      `where access logs name users: ${USER_FROM_FORM}; may be repeated`,
      parsePlace,
      [],
    )
    .option("--known <file>", "known tests and assessments, TOML or JSON (see below)")
    .option(
      "--homepage <category...>",
      "another name of the homepage in the log; may be repeated",
      append,
      [],
    )
    .option("--routing <file>", "use the bands and thresholds of this file instead of the origin's history")
    .option("--threshold <n>", "use this threshold, in calls per second, for every band", positive)
    .option(
      "--time-zone <zone>",
      "time zone of days and bands; default: that of the routing, or UTC",
      parseTimeZone,
    )
    .option(
      "--previous <file>",
      "the last list: suspects who continue stay on it, others are cleared; default for the serving log: the stored list",
    )
    .option("--suspects-out <file>", "write the suspects as JSON Lines, for `spillway suspects publish`")
    .option("--expire-days <n>", "days until a suspect expires", positive, 14)
    .option("--json", "print the report as JSON", false)
    .option("--html <file>", "write the report as one HTML file with charts")
    .addHelpText("after", HELP)
    .action(async (options: Options, self: Command) => {
      try {
        await run(options);
      } catch (error) {
        if (error instanceof RangeError) self.error(`error: ${error.message}`);
        throw error;
      }
    });
}

async function run(options: Options): Promise<void> {
  const logs = logPaths(options.log);
  if (logs.length === 0) checkUnused(options);
  checkOutput("--html", options.html);
  checkOutput("--suspects-out", options.suspectsOut);
  const previous = await previousOf(options);
  const known = options.known === undefined ? [] : readKnown(options.known);
  const times = await timesOf(options, logs);
  const calendar = await calendarOf(options, times);
  using progress = createProgress("reading");
  const { report, findings } = await withSource(
    { ...options, log: logs },
    calendar,
    progress.update,
    (source) => trafficReport({ source, calendar, known, homepages: options.homepage, previous }),
  );
  progress.stop();
  await write(report, options);
  printFindings(report, findings);
}

/** Returns users when a log is read, and hashes when the serving log is read. */
async function previousOf({ log, previous }: Options): Promise<readonly string[]> {
  if (previous !== undefined) return readSuspectUsers(previous, readNamed("--previous", previous));
  if (log.length > 0) return [];
  const listed = await withDatabase((database) => sqliteOperatorStore(database).suspects.list());
  return listed.map(({ hash }) => hash);
}

async function withDatabase<Result>(use: (database: Database) => Promise<Result>): Promise<Result> {
  const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

async function write(
  report: TrafficReport,
  { json, html, log, suspectsOut, expireDays }: Options,
): Promise<void> {
  await writeView(html, () => trafficView(report));
  if (suspectsOut !== undefined) {
    const key = log.length === 0 ? "hash" : "user";
    writeFileSync(suspectsOut, [...suspectLines(suspectsOf(report, Date.now(), expireDays), key)].join(""));
  }
  console.log(json ? JSON.stringify(report) : trafficText(report));
}

function printFindings({ totals, known, logSpan }: TrafficReport, findings: SourceFindings): void {
  for (const notice of findings.notices) console.error(`note: ${notice}`);
  if (findings.badRowCount > 0) printBadRows(findings, "all others count");
  if (findings.rows === 0) console.error("There was nothing to read.");
  const isOutside = totals.calls + totals.posts === 0 && known.every(({ calls }) => calls === 0);
  if (isOutside && logSpan !== null)
    console.error(`There are no calls in the period. The log covers ${logSpan.from} to ${logSpan.to}.`);
  if (findings.badRowCount > 0 || isOutside) process.exitCode = EXIT_INCOMPLETE;
}

/** A log's own first and last time, where the period is not given whole. */
async function timesOf(options: Options, logs: readonly string[]): Promise<LogTimes | undefined> {
  if (options.from !== undefined && options.to !== undefined) return undefined;
  return logs.length === 0 ? undefined : logTimes(logs, logOptions(options));
}

async function calendarOf(
  { from, to, timeZone, log, routing: path, threshold }: Options,
  times: LogTimes | undefined,
): Promise<Calendar> {
  const pushed = path === undefined && log.length === 0 ? await withDatabase(routingVersions) : [];
  const versions = pushed.length > 0 ? pushed : [readRouting(path)];
  const bounded =
    threshold === undefined
      ? versions
      : versions.map((version) => {
          const bands = version.routing.bands.map((band) => ({ ...band, threshold_per_s: threshold }));
          return { ...version, routing: { ...version.routing, bands } };
        });
  const zone = timeZone ?? operatorZone(versions);
  const last = to ?? (times === undefined ? dayBefore(Date.now(), zone) : dayAt(times.lastMs, zone));
  if (log.length === 0) refuseDayAhead(last, Date.now(), zone);
  const earliest = Temporal.PlainDate.from(last)
    .subtract({ days: TRAFFIC_DAYS - 1 })
    .toString();
  const begun = times === undefined ? earliest : dayAt(times.firstMs, zone);
  // Dates as texts are in the order of time.
  const first = from ?? (begun > earliest && begun <= last ? begun : earliest);
  return createCalendar(first, last, zone, bounded);
}

async function withSource<Result>(
  options: Options,
  calendar: Calendar,
  onProgress: (done: number, total: number) => void,
  use: (source: TrafficSource) => Promise<Result>,
): Promise<Result> {
  if (options.log.length > 0) return use(logSource(options.log, onProgress, logOptions(options)));
  const { dataDirectory } = loadStorePaths(readEnvironment());
  const reader = openServingLogReader(join(dataDirectory, "serving-log.db"));
  try {
    return await use(servingLogSource(reader, calendar, onProgress));
  } finally {
    reader.close();
  }
}

function logOptions({ format, fields, userFrom }: Options): LogOptions {
  return {
    ...(format === undefined ? {} : { format }),
    ...(fields === undefined ? {} : { fields }),
    ...(userFrom.length === 0 ? {} : { userFrom }),
  };
}

function dayAt(timeMs: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** Options of logs mean nothing for the serving log. */
function checkUnused({ format, fields, userFrom }: Options): void {
  const named = format ?? fields?.join(",") ?? userFrom[0]?.text;
  if (named !== undefined) throw new RangeError(`${named} says how to read a log, and there is no --log`);
}

function parseFormat(name: string): string {
  if (FORMAT_NAMES.includes(name)) return name;
  throw new InvalidArgumentError(`must be one of ${FORMAT_NAMES.join(", ")}`);
}

function parseFields(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}

function parsePlace(text: string, before: readonly UserSource[]): readonly UserSource[] {
  try {
    return [...before, parseUserFrom(text)];
  } catch (error) {
    throw new InvalidArgumentError(reasonOf(error));
  }
}

function append(path: string, paths: readonly string[]): readonly string[] {
  return [...paths, path];
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError("must be a number above 0");
  return value;
}
