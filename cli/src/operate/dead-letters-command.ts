/** `spillway dead-letters` lists, replays and drops messages with events that could not be stored. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { Command } from "commander";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { replayLetter } from "@spillway/origin/dead-letters/store-letters.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import type { LetterStore } from "@spillway/store/operators/letter-store.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { auditHere, entryHere, withNote } from "./audit-here.ts";
import { describeLetter, formatLetter, formatLetters, formatReplays } from "./dead-letters-report.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";

type Options = { readonly json: boolean; readonly all?: boolean; readonly note?: string };

export const EXIT_SOME_LEFT = 1;

export function deadLettersCommand(): Command {
  const command = exitOnUsageError(new Command("dead-letters"))
    .description("list, show, replay and drop messages with events that could not be stored")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `\nThe origin may be running or stopped.\n` +
        `Exit codes: 0 done; ${EXIT_SOME_LEFT} some replayed events are still invalid, or there is no such letter; ${EXIT_USAGE} wrong use.`,
    );
  const sub = (name: string, description: string): Command =>
    command.command(name).description(description).option("--json", "print the result as JSON", false);
  sub("list", "list the dead letters and why each could not be stored")
    .option("--all", "list replayed letters too", false)
    .action(async (_: Options, self: Command) => {
      const { json, all = false } = self.optsWithGlobals<Options>();
      const letters = (await withLetters(({ letters: stored }) => stored.list(!all))).map(describeLetter);
      console.log(json ? JSON.stringify(letters) : formatLetters(letters));
    });
  sub("show", "show a letter with its body")
    .argument("<id>")
    .action(async (id: string, _: Options, self: Command) => {
      const letter = await withLetters(({ letters }) => letters.byId(id));
      if (letter === undefined) return reportMissing([id]);
      const json = self.optsWithGlobals<Options>().json;
      console.log(json ? JSON.stringify(describeLetter(letter)) : formatLetter(describeLetter(letter)));
    });
  withNote(sub("replay", "validate letters again, and store the events that are valid now"))
    .argument("[ids...]", "default: every letter that is not replayed yet")
    .action(async (ids: string[], _: Options, self: Command) => {
      const { note } = self.optsWithGlobals<Options>();
      const { missing, replays } = await withLetters(async ({ letters, database }) => {
        const { found, missing: unknown } = await select(letters, ids.length > 0 ? ids : undefined);
        const done = found.map((letter) => replayLetter(database, letter, Date.now()));
        const after = done.map(({ id, inserted }) => ({ id, inserted }));
        if (done.length > 0)
          await auditHere(database, {
            action: "dead-letters.replay",
            subject: lettersText(done),
            after,
            note,
          });
        return { missing: unknown, replays: done };
      });
      console.log(self.optsWithGlobals<Options>().json ? JSON.stringify(replays) : formatReplays(replays));
      if (replays.some(({ reason }) => reason !== undefined)) process.exitCode = EXIT_SOME_LEFT;
      reportMissing(missing);
    });
  withNote(sub("drop", "delete letters permanently"))
    .argument("[ids...]")
    .option("--all", "delete every letter, also those that were replayed", false)
    .action(async (ids: string[], _: Options, self: Command) => {
      const { json, all = false, note } = self.optsWithGlobals<Options>();
      if (all === ids.length > 0) self.error("error: name the letters to drop, or use --all (not both)");
      const { chosen, dropped } = await withLetters(async ({ letters }) => {
        const wanted = all ? (await letters.list(false)).map(({ id }) => id) : ids;
        const gone = await letters.drop(wanted, (those) =>
          entryHere({
            action: "dead-letters.drop",
            subject: lettersText(those),
            before: { ids: those },
            note,
          }),
        );
        return { chosen: wanted, dropped: gone };
      });
      const missing = chosen.filter((id) => !dropped.includes(id));
      console.log(json ? JSON.stringify({ dropped }) : `Dropped ${dropped.length}.`);
      reportMissing(missing);
    });
  return command;
}

function lettersText({ length }: readonly unknown[]): string {
  return counted(length, "letter");
}

async function select(letters: LetterStore, ids: readonly string[] | undefined) {
  if (ids === undefined) return { found: await letters.list(true), missing: [] };
  const known = await Promise.all(ids.map(async (id) => ({ id, letter: await letters.byId(id) })));
  return {
    found: known.flatMap(({ letter }) => letter ?? []),
    missing: known.flatMap(({ id, letter }) => (letter === undefined ? [id] : [])),
  };
}

function reportMissing(ids: readonly string[]): void {
  for (const id of ids) console.error(`There is no dead letter ${id}.`);
  if (ids.length > 0) process.exitCode = EXIT_SOME_LEFT;
}

type Letters = { readonly letters: LetterStore; readonly database: Database };

async function withLetters<Result>(work: (letters: Letters) => Promise<Result>): Promise<Result> {
  const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
  try {
    return await work({ letters: sqliteOperatorStore(database).deadLetters, database });
  } finally {
    database.close();
  }
}
