/** `spillway model`: the item–item model that is served, and the import of one that was trained elsewhere. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { importModel, type ModelImport } from "@spillway/origin/import/import-model.ts";
import { formatOf } from "@spillway/kit/tabular/rows.ts";
import { MAX_COLUMN_WEIGHTS } from "@spillway/model/scoring/strongest-weights.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { deleteModel, IMPORTED_MODEL } from "@spillway/store/pages/models.ts";
import { printBadRows } from "./bad-rows.ts";
import { describeModels, formatModels } from "./model-report.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";

type Options = { readonly json: boolean };

const NEXT = "The next full refresh cycle";

export function modelCommand(): Command {
  const command = new Command("model")
    .description(
      "show the item–item model that is served: trainer, generation, items, weights into each item",
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
    .description("take an item–item matrix that was trained elsewhere, in place of training one here")
    .argument("<file>", "CSV or JSONL, plain or gzipped; columns: source, target (item ids), weight")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `\nA user's score of an item is the sum of the weights from the items of the history into it. Of each target item the ${MAX_COLUMN_WEIGHTS} strongest\n` +
        "weights by absolute size are kept. A bad row is refused with its line number, and then nothing changes.\n" +
        "Exit codes: 0 imported; 1 bad rows, nothing changed; 2 wrong use of the command.",
    )
    .action(async (path: string, _options: Options, self: Command) => {
      const problem = problemOf(path);
      if (problem !== undefined) self.error(`error: ${problem}`);
      // `--json` may stand before or after `import`.
      const { json } = self.optsWithGlobals<Options>();
      await withDatabase(async (database) => {
        const result = await importModel(path, database, () => undefined);
        if (json) console.log(JSON.stringify(result));
        else printImport(result);
        process.exitCode = result.ok ? 0 : 1;
      });
    });
  command
    .command("clear")
    .description("drop the imported matrix: cycles train again")
    .option("--json", "print the result as JSON", false)
    .action((_options: Options, self: Command) => {
      withDatabase((database) => {
        const cleared = deleteModel(database, IMPORTED_MODEL);
        const text = cleared
          ? `The imported matrix is dropped. ${NEXT} trains a model; at once: pnpm spillway publish`
          : "There is no imported matrix.";
        console.log(self.optsWithGlobals<Options>().json ? JSON.stringify({ cleared }) : text);
      });
    });
  exitOnUsageError(importing);
  return exitOnUsageError(command);
}

function problemOf(path: string): string | undefined {
  if (!existsSync(path)) return `there is no file ${path}`;
  return formatOf(path) === undefined
    ? `${path}: the name must end in .csv or .jsonl, or one of them and .gz`
    : undefined;
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
  const weaker = dropped === 0 ? "none dropped" : `${dropped} weaker ones dropped`;
  console.log(
    `Imported ${weights} weights into ${items} items, at most ${MAX_COLUMN_WEIGHTS} into each; ${weaker}.\n` +
      `${NEXT} takes them in place of training; at once: pnpm spillway publish`,
  );
}
