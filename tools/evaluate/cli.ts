/** `pnpm evaluate`: how much of individual personalization cluster pages keep, measured on anybody's data. */
import { writeFileSync } from "node:fs";
import { textTable } from "@spillway/kit/charts/table.ts";
import { aboutLines } from "./about.ts";
import { DataError, UsageError } from "./errors.ts";
import { evaluate, type Evaluation } from "./evaluate.ts";
import { checkFlags, type Flags } from "./options.ts";
import { EXIT_USAGE, evaluateProgram } from "./program.ts";
import { stepProgress } from "./progress.ts";
import { coldTable, warmTable } from "./tables.ts";

const EXIT_DATA = 1;

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
