/** `pnpm evaluate`: how much of individual personalization the edge keeps, measured on anybody's data. */
import { textTable } from "@spillway/kit/charts/table.ts";
import { stepProgress } from "@spillway/kit/commands/step-progress.ts";
import { EXIT_USAGE, printError, UsageError } from "@spillway/kit/commands/usage.ts";
import { writeReport } from "@spillway/kit/commands/write-report.ts";
import { standWhereTheUserStands } from "@spillway/kit/commands/user-folder.ts";
import { aboutLines } from "./about.ts";
import { DataError } from "./errors.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { checkFlags, type Flags } from "./options.ts";
import { evaluateProgram } from "./program.ts";
import { coldTable, warmTable } from "./tables.ts";

const EXIT_DATA = 1;

standWhereTheUserStands("evaluate");

async function main(): Promise<void> {
  const flags = evaluateProgram().parse().opts<Flags>();
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
  writeReport(path, evaluationHtml(evaluation));
}

try {
  await main();
} catch (error) {
  printError(error, error instanceof UsageError || error instanceof DataError);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : EXIT_DATA;
}
