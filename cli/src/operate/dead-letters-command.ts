/** `spillway dead-letters`: what came with the events and could not be stored: look at it, try it again, drop it. */
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { replayLetter } from "@spillway/origin/dead-letters/store-letters.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { allLetters, dropLetter, letterById } from "@spillway/store/events/dead-letters.ts";
import { describeLetter, formatLetter, formatLetters, formatReplays } from "./dead-letters-report.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";

type Options = { readonly json: boolean; readonly all?: boolean };

export const EXIT_SOME_LEFT = 1;

export function deadLettersCommand(): Command {
  const command = exitOnUsageError(new Command("dead-letters"))
    .description("messages with events that could not be stored: look at them, try them again, drop them")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `\nWorks while the origin runs, and without it.\n` +
        `Exit codes: 0 done; ${EXIT_SOME_LEFT} something of what was replayed is still bad, or there is no such letter; ${EXIT_USAGE} wrong use.`,
    );
  const sub = (name: string, description: string): Command =>
    command.command(name).description(description).option("--json", "print the result as JSON", false);
  sub("list", "the letters and why each is one")
    .option("--all", "those that were replayed, too", false)
    .action((_: Options, self: Command) => {
      const { json, all = false } = self.optsWithGlobals<Options>();
      const letters = withDatabase((database) => allLetters(database, !all)).map(describeLetter);
      console.log(json ? JSON.stringify(letters) : formatLetters(letters));
    });
  sub("show", "a letter whole")
    .argument("<id>")
    .action((id: string, _: Options, self: Command) => {
      const letter = withDatabase((database) => letterById(database, id));
      if (letter === undefined) return noSuch([id]);
      const json = self.optsWithGlobals<Options>().json;
      console.log(json ? JSON.stringify(describeLetter(letter)) : formatLetter(describeLetter(letter)));
    });
  sub("replay", "validate letters again, and store what is good now")
    .argument("[ids...]", "default: all that are not replayed")
    .action((ids: string[], _: Options, self: Command) => {
      const { missing, replays } = withDatabase((database) => {
        const { found, missing: unknown } = select(database, ids.length > 0 ? ids : undefined);
        return { missing: unknown, replays: found.map((one) => replayLetter(database, one, Date.now())) };
      });
      console.log(self.optsWithGlobals<Options>().json ? JSON.stringify(replays) : formatReplays(replays));
      if (replays.some(({ reason }) => reason !== undefined)) process.exitCode = EXIT_SOME_LEFT;
      noSuch(missing);
    });
  sub("drop", "delete letters for good")
    .argument("[ids...]")
    .option("--all", "every letter, those that were replayed too", false)
    .action((ids: string[], _: Options, self: Command) => {
      const { json, all = false } = self.optsWithGlobals<Options>();
      if (all === ids.length > 0) self.error("error: name the letters to drop, or say --all");
      const missing: string[] = [];
      const dropped = withDatabase((database) => {
        const chosen = all ? allLetters(database, false).map(({ id }) => id) : ids;
        return chosen.filter((id) => dropLetter(database, id) || (missing.push(id), false));
      });
      console.log(json ? JSON.stringify({ dropped }) : `Dropped ${dropped.length}.`);
      noSuch(missing);
    });
  return command;
}

function select(database: Database, ids: readonly string[] | undefined) {
  if (ids === undefined) return { found: allLetters(database, true), missing: [] };
  return {
    found: ids.flatMap((id) => letterById(database, id) ?? []),
    missing: ids.filter((id) => letterById(database, id) === undefined),
  };
}

function noSuch(ids: readonly string[]): void {
  for (const id of ids) console.error(`There is no dead letter ${id}.`);
  if (ids.length > 0) process.exitCode = EXIT_SOME_LEFT;
}

function withDatabase<Result>(work: (database: Database) => Result): Result {
  const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
