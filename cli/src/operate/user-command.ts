/** `spillway user` exports or erases everything that is stored about a user. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { ID_FORM, isId } from "@spillway/shared/protocol/wire.ts";
import { loadConfig, readEnvironment, type Config } from "@spillway/origin/config.ts";
import {
  eraseUserData,
  readUserData,
  userOfVisitor,
  type UserStore,
} from "@spillway/origin/identity/user-data.ts";
import { publishErasures } from "@spillway/origin/identity/publish-erasures.ts";
import { KvError } from "@spillway/origin/kv/kv-namespace.ts";
import { openServingLog } from "@spillway/origin/serving-log/serving-log.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { itemSeqsById } from "@spillway/store/catalogue/items.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { publishSuspects } from "@spillway/origin/suspects/publish-suspects.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { auditHere, withNote } from "./audit-here.ts";
import { describeUser, formatErased, formatUser, isNothing } from "./user-report.ts";

type Options = { readonly json: boolean; readonly note?: string };

export const EXIT_FAILED = 1;

export function userCommand(): Command {
  const command = exitOnUsageError(new Command("user"))
    .description("export or erase what is stored about a user and the user's linked visitors")
    .addHelpText(
      "after",
      `\nThe origin may be running or stopped. The whole serving log is read.\n` +
        `Exit codes: 0 done; ${EXIT_FAILED} nothing is stored about USER, or the list of suspects could not be published; ${EXIT_USAGE} wrong use.`,
    );
  const sub = (name: string, description: string): Command =>
    withNote(command.command(name))
      .description(description)
      .argument("<user>", "a user, or a visitor (v_…) who is not linked to one", userId)
      .option("--json", "print the result as JSON", false);
  sub("export", "print the links, events, profile, serving log, suspicion and dead letters of a user").action(
    (user: string, { json, note }: Options) =>
      withStore(user, async (store) => {
        const data = describeUser(user, readUserData(store, user), itemSeqsById(store.database));
        if (isNothing(data)) return reportNothing(user);
        await auditHere(store.database, { action: "user.export", subject: subjectOf(store, user), note });
        console.log(json ? JSON.stringify(data, null, 2) : formatUser(data));
      }),
  );
  sub(
    "erase",
    "delete all of that permanently; events from before now that arrive later are not stored",
  ).action((user: string, { json, note }: Options) =>
    withStore(user, async (store, config) => {
      const erased = eraseUserData(store, user, Date.now());
      const found = Object.values(erased).some((count) => count > 0);
      const subject = subjectOf(store, user);
      await auditHere(store.database, { action: "user.erase", subject, before: erased, note });
      if (json) console.log(JSON.stringify({ user, ...erased }));
      else if (found) console.log(formatErased(user, erased));
      if (!found) reportNothing(user);
      await tellEdges(store, config);
      if (erased.suspects > 0) await publishSuspects(sqliteOperatorStore(store.database).suspects, config);
    }),
  );
  return command;
}

/**
 * The origin looks each minute whether edges know of all erasures, so nothing is left to do where KV is away.
 */
async function tellEdges({ database }: UserStore, config: Config): Promise<void> {
  try {
    await publishErasures(database, config, Date.now());
  } catch (error) {
    if (!(error instanceof KvError)) throw error;
    console.error(
      `${error.message}\nThe data is erased. The origin tells the edges, which hold cookies of it void, within a minute of KV's return.`,
    );
  }
}

/** The audit log knows users by their keyed hashes alone, as the serving log does. */
function subjectOf({ hashUser }: UserStore, user: string): string {
  return `user ${hashUser(user)}`;
}

function reportNothing(user: string): void {
  console.error(`Nothing is stored about ${JSON.stringify(user)}.`);
  process.exitCode = EXIT_FAILED;
}

async function withStore(
  user: string,
  work: (store: UserStore, config: Config) => Promise<void> | void,
): Promise<void> {
  const config = loadConfig(readEnvironment());
  const database = openDatabase(config.databasePath);
  const logPath = join(config.dataDirectory, "serving-log.db");
  const servingLog = existsSync(logPath) ? openServingLog(logPath) : undefined;
  try {
    const owner = userOfVisitor(database, user);
    if (owner === undefined) {
      await work({ database, servingLog, hashUser: createUserHash(config.userHashKey) }, config);
    } else {
      console.error(
        `${user} is a visitor of ${JSON.stringify(owner)}: name the user, or unlink the visitor first.`,
      );
      process.exitCode = EXIT_USAGE;
    }
  } catch (error) {
    if (!(error instanceof KvError)) throw error;
    console.error(
      `${error.message}\nThe data is erased from the store. The list of suspects was not published: pnpm spillway suspects publish`,
    );
    process.exitCode = EXIT_FAILED;
  } finally {
    servingLog?.close();
    database.close();
  }
}

function userId(text: string): string {
  if (isId(text)) return text;
  throw new InvalidArgumentError(ID_FORM);
}
