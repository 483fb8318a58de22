/** `spillway suspects` lists, publishes and clears the users that are suspected to be scrapers. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { Command, InvalidArgumentError } from "commander";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { loadConfig, readEnvironment, type Config } from "@spillway/origin/config.ts";
import { KvError } from "@spillway/origin/kv/kv-namespace.ts";
import { openDatabase } from "@spillway/store/database.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { publishSuspects } from "@spillway/origin/suspects/publish-suspects.ts";
import { readSuspects, SuspectsFileError } from "@spillway/origin/suspects/read-suspects.ts";
import { entryHere, withNote } from "./audit-here.ts";
import { describeSuspect, suspectsTable } from "./suspects-report.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";

type Options = {
  readonly json: boolean;
  readonly days?: number;
  readonly all?: boolean;
  readonly note?: string;
};

export const EXIT_FAILED = 1;
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 14;

export function suspectsCommand(): Command {
  const command = exitOnUsageError(new Command("suspects"))
    .description("users suspected to be scrapers; they get stored pages only, and their events train nothing")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `\nThe origin may be running or stopped. The edge applies a new list within ten of its read cycles (5 minutes).\n` +
        `Exit codes: 0 done; ${EXIT_FAILED} the list is stored but could not be published (publish again), or nobody was cleared; ${EXIT_USAGE} wrong use.`,
    );
  const sub = (name: string, description: string): Command =>
    command.command(name).description(description).option("--json", "print the result as JSON", false);
  withNote(sub("publish", "replace the list by FILE and publish it; without FILE, publish the stored list"))
    .argument(
      "[file]",
      'JSON Lines of {"user" | "hash", "score", "evidence", "expires"}; - reads standard input; users not in it are cleared',
    )
    .option("--days <n>", "expiry of lines that have none", wholeDays, DEFAULT_DAYS)
    .action((file: string | undefined, _: Options, self: Command) =>
      withStore(self, async ({ suspects, audit }, config) => {
        const { json, days = DEFAULT_DAYS, note } = self.optsWithGlobals<Options>();
        const hashUser = createUserHash(config.userHashKey);
        const nowMs = Date.now();
        const changes =
          file === undefined
            ? { added: 0, renewed: 0, cleared: 0 }
            : await suspects.replace(readSuspects(file, hashUser, nowMs + days * DAY_MS), nowMs);
        const result = { listed: (await suspects.list()).length, ...changes };
        await audit.append(
          entryHere({ action: "suspects.publish", subject: "suspects", after: result, note }),
        );
        await publishSuspects(suspects, config);
        console.log(
          json
            ? JSON.stringify(result)
            : `${result.listed} listed: ${result.added} new, ${result.renewed} renewed; ${result.cleared} cleared.`,
        );
      }),
    );
  sub("list", "show who is listed, since when, until when, and why").action((_: Options, self: Command) =>
    withStore(self, async ({ suspects }) => {
      const listed = (await suspects.list()).map(describeSuspect);
      console.log(self.optsWithGlobals<Options>().json ? JSON.stringify(listed) : suspectsTable(listed));
    }),
  );
  withNote(sub("clear", "remove ids from the list, and publish it"))
    .argument("[ids...]", "users, or hashes as `list` shows them")
    .option("--all", "remove everybody", false)
    .action((ids: string[], _: Options, self: Command) =>
      withStore(self, async ({ suspects }, config) => {
        const { json, all = false, note } = self.optsWithGlobals<Options>();
        if (all === ids.length > 0) self.error("error: name the ids to clear, or use --all (not both)");
        const hashUser = createUserHash(config.userHashKey);
        const hashes = all
          ? (await suspects.list()).map(({ hash }) => hash)
          : ids.flatMap((id) => [hashUser(id), id]);
        const { length: cleared } = await suspects.clear(hashes, Date.now(), (those) =>
          entryHere({
            action: "suspects.clear",
            subject: counted(those.length, "suspect"),
            before: { cleared: those },
            note,
          }),
        );
        await publishSuspects(suspects, config);
        console.log(json ? JSON.stringify({ cleared }) : `Cleared ${cleared}.`);
        if (cleared === 0) process.exitCode = EXIT_FAILED;
      }),
    );
  return command;
}

async function withStore(
  self: Command,
  work: (store: OperatorStore, config: Config) => Promise<void>,
): Promise<void> {
  const config = loadConfig(readEnvironment());
  const database = openDatabase(config.databasePath);
  try {
    await work(sqliteOperatorStore(database), config);
  } catch (error) {
    if (error instanceof SuspectsFileError) self.error(error.message, { exitCode: EXIT_USAGE });
    if (!(error instanceof KvError)) throw error;
    console.error(
      `${error.message}\nThe list is stored. When KV can be reached again: pnpm spillway suspects publish`,
    );
    process.exitCode = EXIT_FAILED;
  } finally {
    database.close();
  }
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 365) return days;
  throw new InvalidArgumentError("must be a whole number from 1 to 365");
}
