/** `spillway import` reads a catalogue and interactions from files, which replace the demo. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { closeSync, openSync, writeSync } from "node:fs";
import { checkOutput } from "@spillway/kit/commands/named-files.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { stepProgress } from "@spillway/kit/commands/step-progress.ts";
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { importFiles, type ImportRequest, type ImportResult } from "@spillway/origin/import/import-files.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { announceWriter } from "@spillway/store/holders.ts";
import { auditHere } from "../operate/audit-here.ts";
import { printBadRows } from "./bad-rows.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { rowFilesProblem } from "@spillway/kit/commands/row-files.ts";

type Options = {
  items?: string;
  interactions?: string;
  keepDemo: boolean;
  skipBad: boolean;
  badRows?: string;
  note?: string;
  json: boolean;
};

export function importCommand(): Command {
  const command = new Command("import")
    .description("import a catalogue and interactions (CSV or JSONL, also .gz or .zst) that replace the demo")
    .option(
      "--items <file>",
      "columns: id (or item), title, genres (separated by |), kind (default movie), …",
    )
    .option("--interactions <file>", "columns: user, item; optional: weight, time")
    .option("--keep-demo", "keep the demo's catalogue and audience along with the imported ones", false)
    .option("--skip-bad", "leave bad rows out, list them, and import the others", false)
    .option("--bad-rows <file>", "write every bad row's file, line and reason here, as JSON Lines")
    .option("--note <text>", "why, for the audit log")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nIf any row is bad, nothing is imported, and the first bad rows are listed with their line numbers. With --skip-bad the others\n" +
        "are imported, unless a file is empty or cannot be read to its end.\n" +
        "Exit codes: 0 imported (without the bad rows, with --skip-bad); 1 bad rows, nothing imported; 2 wrong use of the command;\n" +
        "3 another process writes.",
    )
    .action(async (options: Options) => {
      const problem = problemOf(options);
      if (problem !== undefined) command.error(`error: ${problem}`);
      process.exitCode = await run(options);
    });
  return exitOnUsageError(command);
}

function problemOf({ items, interactions, badRows }: Options): string | undefined {
  const files = [items, interactions].filter((path) => path !== undefined);
  if (files.length === 0) return "name a file: --items, --interactions or both";
  try {
    checkOutput("--bad-rows", badRows);
  } catch (error) {
    return reasonOf(error);
  }
  return rowFilesProblem(files);
}

async function run({
  items,
  interactions,
  keepDemo,
  skipBad,
  badRows,
  note,
  json,
}: Options): Promise<number> {
  const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
  const report = badRows === undefined ? undefined : openSync(badRows, "w");
  const request: ImportRequest = {
    itemsPath: items,
    interactionsPath: interactions,
    keepDemo,
    skipBad,
    onBadRow: (row) => {
      if (report !== undefined) writeSync(report, `${JSON.stringify(row)}\n`);
    },
  };
  const progress = stepProgress();
  let result: ImportResult;
  try {
    using _ = announceWriter(database, "spillway import");
    result = await importFiles(request, database, json ? () => undefined : progress.update, Date.now());
    if (result.ok) {
      const { items: read, changedItems, users, removedDemo } = result;
      const after = { items: read, changedItems, interactions: result.interactions, users, removedDemo };
      await auditHere(database, {
        action: "catalogue.import",
        subject: "catalogue and histories",
        after,
        note,
      });
    }
  } finally {
    progress[Symbol.dispose]();
    database.close();
    if (report !== undefined) closeSync(report);
  }
  if (json) console.log(JSON.stringify(result));
  else print(result);
  return result.ok ? 0 : 1;
}

function print(result: ImportResult): void {
  for (const notice of result.notices) console.log(`note: ${notice}`);
  if (!result.ok) {
    printBadRows(result, "nothing was imported");
    return;
  }
  if (result.badRowCount > 0) printBadRows(result, "all others count");
  const { removedDemo: demo } = result;
  if (demo.items + demo.users > 0) {
    console.log(
      `Removed the demo: ${counted(demo.items, "item")}, ${counted(demo.users, "user")}, ${counted(demo.events, "event of theirs", "events of theirs")}.`,
    );
  }
  console.log(
    `Imported ${counted(result.items, "item")} (${result.changedItems} new or changed), ` +
      `${counted(result.interactions, "interaction")} of ${counted(result.users, "user")}` +
      `${result.mergedInteractions > 0 ? `; ${counted(result.mergedInteractions, "repeated one was", "repeated ones were")} merged` : ""}.`,
  );
  console.log(
    "The next refresh cycle builds clusters and pages from it. To run one now: pnpm spillway publish --wait",
  );
}
