/**
 * `spillway cost` says what the last day used, what a month of such days costs, and what pre-provisioning
 * would.
 */
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { readNamed } from "@spillway/kit/commands/named-files.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { readUsage } from "@spillway/origin/cost/read-usage.ts";
import { refuseDayAhead } from "@spillway/analytics/coverage/local-day.ts";
import { openServingLogFile } from "@spillway/origin/serving-log/read-serving-log.ts";
import { compileRouting, type RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { BENCH_PER_INSTANCE, costOf } from "@spillway/simulation/cost/cost.ts";
import { costText } from "@spillway/simulation/cost/cost-text.ts";
import { LIST_PRICES, withOwnPrices, type Prices } from "@spillway/simulation/cost/prices.ts";
import type { Usage } from "@spillway/simulation/cost/usage.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { SERVING_LOG_FILE } from "@spillway/store/folder/swap-data.ts";
import { issueText } from "./issue-excerpt.ts";
import { parseDay } from "../reports/day-options.ts";
import { routingVersions } from "@spillway/origin/reports/read-reports.ts";

type Options = {
  readonly day?: string;
  readonly days: number;
  readonly month?: string;
  readonly cpuMs?: number;
  readonly kvReads?: number;
  readonly perInstance: number;
  readonly instanceHour?: number;
  readonly prices?: string;
  readonly json: boolean;
};

const EXIT_NOTHING = 1;
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

export function costCommand(): Command {
  return exitOnUsageError(new Command("cost"))
    .description(
      "what the last day used at the edge, at list prices a month, beside pre-provisioning for its peak",
    )
    .option("--day <YYYY-MM-DD>", "a UTC day, as bills have them; default: the last 24 hours", parseDay)
    .option("--month <YYYY-MM>", "a whole month as it was, in place of a day times --days", parseMonth)
    .option("--days <n>", "days of a month that are like the measured one", positive, 30)
    .option("--cpu-ms <n>", "processor time of the edge a request; default: as bench edge measured", positive)
    .option(
      "--kv-reads <n>",
      "reads of KV in that time, from Cloudflare's own count; default: estimated",
      atLeast0,
    )
    .option(
      "--per-instance <n>",
      "individual answers a second of one origin instance (default: as bench origin measured)",
      positive,
      BENCH_PER_INSTANCE,
    )
    .option(
      "--instance-hour <usd>",
      `an instance an hour (default: ${LIST_PRICES.instanceHour}, m7g.large)`,
      atLeast0,
    )
    .option("--prices <file>", "JSON with prices of your own in the place of list prices")
    .option("--json", "print the report as JSON", false)
    .addHelpText("after", HELP)
    .action(async (options: Options, self: Command) => {
      try {
        await cost(options);
      } catch (error) {
        if (error instanceof RangeError) self.error(`error: ${error.message}`, { exitCode: EXIT_USAGE });
        throw error;
      }
    });
}

const HELP = `
Measured: pages and posted events (the serving log), KV reads as isolates count them, KV writes, what is stored, messages of the log. Computed from it:
queue operations, the watch. Assumed: the edge's processor time, which no worker can see. Each line says which. The origin may be running or stopped.

A file of --prices has any of these, as here; \`included\` is what the plan includes a month, \`usd\` is for a million (of storage: a GB) beyond:
${JSON.stringify(LIST_PRICES)}

Exit codes: 0 shown; ${EXIT_NOTHING} nothing was measured in that time; ${EXIT_USAGE} wrong use.`;

async function cost(options: Options): Promise<void> {
  const { prices, own } = pricesOf(options);
  const { fromMs, untilMs } = spanOf(options);
  const { databasePath, dataDirectory } = loadStorePaths(readEnvironment());
  const usage = await usageOf(join(dataDirectory, SERVING_LOG_FILE), databasePath, fromMs, untilMs);
  if (usage.pages + usage.eventPosts === 0) {
    const span = `${new Date(fromMs).toISOString().slice(0, 16)}Z to ${new Date(untilMs).toISOString().slice(0, 16)}Z`;
    if (options.json) console.log("null");
    console.error(`Nothing was measured from ${span}: the serving log has no calls of that time.`);
    process.exitCode = EXIT_NOTHING;
    return;
  }
  const newest = await newestRouting(databasePath);
  const routing = newest === undefined ? undefined : compileRouting(newest);
  const report = costOf(usage, {
    prices,
    days: options.month === undefined ? options.days : 1,
    extrapolates: options.month === undefined,
    cpuMs: options.cpuMs,
    kvReads: options.kvReads,
    perInstance: options.perInstance,
    thresholdAt: (ms) => routing?.bandAt(ms).threshold_per_s ?? Number.POSITIVE_INFINITY,
  });
  console.log(options.json ? JSON.stringify(report, null, 2) : costText(report, own));
}

async function newestRouting(databasePath: string): Promise<RoutingVersion | undefined> {
  const database = openDatabase(databasePath);
  try {
    return (await routingVersions(database)).at(-1);
  } finally {
    database.close();
  }
}

async function usageOf(
  logPath: string,
  databasePath: string,
  fromMs: number,
  untilMs: number,
): Promise<Usage> {
  const log = openServingLogFile(logPath);
  const database = openDatabase(databasePath);
  try {
    return await readUsage({ servingLog: log.sqlite, database }, { fromMs, untilMs, nowMs: Date.now() });
  } finally {
    database.close();
    log.close();
  }
}

function spanOf({ day, month }: Options): { fromMs: number; untilMs: number } {
  if (day !== undefined && month !== undefined) throw new RangeError("--day and --month exclude each other");
  if (month !== undefined) {
    const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
    refuseDayAhead(first.toString(), Date.now(), "UTC");
    return { fromMs: utcMs(first), untilMs: utcMs(first.add({ months: 1 })) };
  }
  if (day !== undefined) {
    refuseDayAhead(day, Date.now(), "UTC");
    const fromMs = utcMs(Temporal.PlainDate.from(day));
    return { fromMs, untilMs: fromMs + DAY_MS };
  }
  const untilMs = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  return { fromMs: untilMs - DAY_MS, untilMs };
}

function utcMs(date: Temporal.PlainDate): number {
  return date.toZonedDateTime("UTC").epochMilliseconds;
}

/** Throws a RangeError that names the file and what is wrong in it. */
function pricesOf({ prices: file, instanceHour }: Options): { prices: Prices; own: string[] } {
  let prices = LIST_PRICES;
  if (file !== undefined) {
    const text = readNamed("--prices", file);
    const read = withOwnPrices(text);
    if (!read.ok) throw new RangeError(read.issues.map((issue) => issueText(file, issue, text)).join("\n"));
    prices = read.prices;
  }
  if (instanceHour !== undefined) prices = { ...prices, instanceHour };
  const isOwn = (name: keyof Prices) => JSON.stringify(prices[name]) !== JSON.stringify(LIST_PRICES[name]);
  const own = (Object.keys(LIST_PRICES) as (keyof Prices)[]).filter(isOwn);
  return { prices, own };
}

function parseMonth(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError("must be a month such as 2026-07");
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && text.trim() !== "") return value;
  throw new InvalidArgumentError("must be a number above 0");
}

function atLeast0(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && text.trim() !== "") return value;
  throw new InvalidArgumentError("must be a number, at least 0");
}
