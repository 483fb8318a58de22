/** `spillway model` shows the item–item model that is served, and imports one that was trained elsewhere. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { importModel, type ModelImport } from "@spillway/origin/import/import-model.ts";
import { MAX_COLUMN_WEIGHTS } from "@spillway/model/scoring/strongest-weights.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { announceWriter } from "@spillway/store/holders.ts";
import { deleteModel, IMPORTED_MODEL } from "@spillway/store/pages/models.ts";
import { auditHere } from "../operate/audit-here.ts";
import { printBadRows } from "./bad-rows.ts";
import { describeModels, formatModels } from "./model-report.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { rowFilesProblem } from "@spillway/kit/commands/row-files.ts";

type Options = { readonly json: boolean; readonly note?: string };

const NEXT = "The next full refresh cycle";

export function modelCommand(): Command {
  const command = new Command("model")
    .description(
      "show the item–item model that is served: trainer, generation, items, weights per target item",
    )
    .option("--json", "print the result as JSON", false)
    .action(({ json }: Options) => {
      withDatabase((database) => {
        const report = describeModels(database);
        console.log(json ? JSON.stringify(report) : formatModels(report));
      });
    });
  const importing = command
    .command("import")
    .description("use an item–item matrix that was trained elsewhere instead of training one here")
    .argument(
      "<file>",
      "CSV or JSONL, plain or packed (.gz, .zst); columns: source, target (item ids), weight",
    )
    .option("--note <text>", "why, for the audit log")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `\nA user's score of an item is the sum of the weights that lead to it from the items in the user's history. The ${MAX_COLUMN_WEIGHTS} strongest weights\n` +
        "of each target item, by absolute value, are kept. If any row is bad, nothing changes, and each bad row is listed with its line number.\n" +
        "Exit codes: 0 imported; 1 bad rows, nothing changed; 2 wrong use of the command.",
    )
    .action(async (path: string, _options: Options, self: Command) => {
      const problem = rowFilesProblem([path]);
      if (problem !== undefined) self.error(`error: ${problem}`);
      // `--json` may come before or after `import`.
      const { json, note } = self.optsWithGlobals<Options>();
      await withDatabase(async (database) => {
        using _ = announceWriter(database, "spillway model import");
        const result = await importModel(path, database, () => undefined);
        if (result.ok) await auditHere(database, { action: "model.import", subject: "model", note });
        if (json) console.log(JSON.stringify(result));
        else printImport(result);
        process.exitCode = result.ok ? 0 : 1;
      });
    });
  command
    .command("clear")
    .description("delete the imported matrix; refresh cycles train a model again")
    .option("--note <text>", "why, for the audit log")
    .option("--json", "print the result as JSON", false)
    .action(async (_options: Options, self: Command) => {
      await withDatabase(async (database) => {
        const cleared = deleteModel(database, IMPORTED_MODEL);
        const { note } = self.optsWithGlobals<Options>();
        if (cleared) await auditHere(database, { action: "model.clear", subject: "model", note });
        const text = cleared
          ? `The imported matrix is deleted. ${NEXT} trains a model. To run one now: pnpm spillway publish --wait`
          : "There is no imported matrix.";
        console.log(self.optsWithGlobals<Options>().json ? JSON.stringify({ cleared }) : text);
      });
    });
  exitOnUsageError(importing);
  return exitOnUsageError(command);
}

function withDatabase<Result>(work: (database: Database) => Result): Result {
  const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
  const close = (): void => database.close();
  const result = work(database);
  if (result instanceof Promise) return result.finally(close) as Result;
  close();
  return result;
}

function printImport(result: ModelImport): void {
  for (const notice of result.notices) console.log(`note: ${notice}`);
  if (!result.ok) {
    printBadRows(result, "nothing has changed");
    return;
  }
  const { items, weights, dropped } = result;
  const droppedText = dropped === 0 ? "none dropped" : `${counted(dropped, "weaker one")} dropped`;
  console.log(
    `Imported ${counted(weights, "weight")} into ${counted(items, "item")}, at most ${MAX_COLUMN_WEIGHTS} into each; ${droppedText}.\n` +
      `${NEXT} uses them instead of training a model. To run one now: pnpm spillway publish --wait`,
  );
}
