/** `pnpm evaluate`: how much of individual personalization cluster pages keep, measured on anybody's data. */
import { writeFileSync } from "node:fs";
import { textTable } from "@spillway/kit/charts/table.ts";
import { Command } from "commander";
import { aboutLines } from "./about.ts";
import { DataError, UsageError } from "./errors.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { checkFlags, clusterCounts, numberBetween, type Flags } from "./options.ts";
import { stepProgress } from "./progress.ts";
import { coldTable, warmTable } from "./tables.ts";

const EXIT_DATA = 1;
const EXIT_USAGE = 2;

const program = new Command("evaluate")
  .description(
    "How much of individual personalization cluster pages keep: for users with a history on your interactions (warm), and for first visits on the demo audience (cold).",
  )
  .option(
    "--interactions <file>",
    "CSV or JSONL, plain or gzipped, with user and item; other columns are ignored",
  )
  .option(
    "--clusters <list>",
    "most clusters there may be, a row for each",
    clusterCounts,
    [10, 100, 300, 1000],
  )
  .option("--min-support <n>", "fewest users a cluster may have", numberBetween(1, 1e6), 2)
  .option("--seed <n>", "of every random draw", numberBetween(0, 4_294_967_295), 1)
  .option("--seeds <n>", "warm: so many seeds from --seed on, and their median", numberBetween(1, 100), 1)
  .option("--lambda <n>", "EASE's λ, its regularization", numberBetween(1e-6, 1e9, false), 300)
  .option("--warm-only", "no cold table")
  .option("--cold-only", "no warm table; needs no file")
  .option("--json", "print one JSON object; shares are of 1")
  .option("--html <file>", "write a report with a chart, which opens without a network")
  .addHelpText(
    "after",
    `
Protocol: test users are those with user % 5 = 0; of a test user the pair (u, i) is held out iff
(u*7919 + i*104729) % 100 < 20, the rest is the history; test users without either are left out. Models are learned from
the other users. Ids that are all non-negative integers are used as they are; others are numbered by first appearance.

Exit codes: 0 measured; 1 the data cannot be measured on, and why, with line numbers; 2 wrong use of the command.`,
  )
  .showHelpAfterError("(try --help)")
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  });

async function main(): Promise<void> {
  const flags = program.parse().opts<Flags>();
  const path = checkFlags(flags);
  using progress = stepProgress();
  const evaluation = await evaluate(path, flags, progress.update);
  progress[Symbol.dispose]();
  if (flags.html !== undefined) await writeHtml(flags.html, evaluation);
  console.log(flags.json === true ? JSON.stringify(evaluation) : describe(evaluation));
}

function describe(evaluation: Evaluation): string {
  return [
    aboutLines(evaluation).join("\n"),
    ...(evaluation.warm.length > 0 ? [textTable(warmTable(evaluation))] : []),
    ...(evaluation.cold.length > 0 ? [textTable(coldTable(evaluation))] : []),
  ].join("\n\n");
}

async function writeHtml(path: string, evaluation: Evaluation): Promise<void> {
  const { evaluationHtml } = await import("./html-report.ts");
  try {
    writeFileSync(path, evaluationHtml(evaluation));
  } catch (error) {
    throw new UsageError(`--html: ${error instanceof Error ? error.message : String(error)}`);
  }
  console.error(`Written: ${path}`);
}

try {
  await main();
} catch (error) {
  const known = error instanceof UsageError || error instanceof DataError;
  console.error(
    known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error),
  );
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_DATA;
}
