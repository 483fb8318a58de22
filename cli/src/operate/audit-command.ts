/** `spillway audit` shows who changed what, why and from where. */
import { Command, InvalidArgumentError } from "commander";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import {
  callAsOperator,
  EXIT_REFUSED,
  EXIT_UNREACHABLE,
  printRefusal,
  withParameters,
} from "./admin-call.ts";
import { printable } from "./columns.ts";

type Options = {
  readonly since?: number;
  readonly until?: number;
  readonly kind?: string;
  readonly by?: string;
  readonly limit: number;
  readonly origin?: string;
  readonly json: boolean;
};

/** What the origin's `/audit` tells of a change. */
type Entry = {
  readonly at: string;
  readonly by: string;
  readonly role: string;
  readonly via: string;
  readonly address?: string | undefined;
  readonly action: string;
  readonly subject: string;
  readonly note?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
};

export function auditCommand(): Command {
  return exitOnUsageError(
    new Command("audit")
      .description("show who changed what, why and from where, the newest first")
      .option("--since <time>", "from this time on: 2026-07-10T18:00Z, or 2h or 3d ago", instant)
      .option("--until <time>", "before this time", instant)
      .option("--kind <kind>", "such as routing, pins, token, session, or routing.push")
      .option("--by <name>", "whose token; admin for ADMIN_TOKEN")
      .option("--limit <n>", "the most entries", wholeNumber(1, 1000), 50)
      .option("--origin <url>", "the origin's address")
      .option("--json", "print the entries as JSON Lines", false)
      .addHelpText(
        "after",
        "\nWhere the origin cannot be reached, and none is named, the data folder of this machine is read.\n" +
          `Exit codes: 0 done; ${EXIT_REFUSED} refused; ${EXIT_USAGE} wrong use; ${EXIT_UNREACHABLE} the origin cannot be reached.`,
      )
      .action(async (options: Options) => {
        const { since, until, kind, by, limit, origin, json } = options;
        const query = { since: iso(since), until: iso(until), kind, by, limit };
        const reply = await callAsOperator("GET", withParameters("/audit", query), origin);
        const isAway = reply.kind === "unreachable" && origin === undefined;
        const here = isAway ? await readHere(options) : undefined;
        if (reply.kind === "ok") print((reply.body as { readonly entries: readonly Entry[] }).entries, json);
        else if (here !== undefined) print(here, json);
        else process.exitCode = printRefusal(reply);
      }),
  );
}

function iso(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** Undefined where there is no data. */
async function readHere({ since, until, kind, by, limit }: Options): Promise<readonly Entry[] | undefined> {
  try {
    const database = openDatabase(loadStorePaths(readEnvironment()).databasePath, { readonly: true });
    try {
      const { audit } = sqliteOperatorStore(database);
      const entries = await audit.list({ sinceMs: since, untilMs: until, kind, by, limit });
      console.error("The origin cannot be reached: this is what the data folder of this machine holds.");
      return entries.map(({ atMs, ...entry }) => ({ ...entry, at: new Date(atMs).toISOString() }));
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

function print(entries: readonly Entry[], json: boolean): void {
  if (json) for (const entry of entries) console.log(JSON.stringify(entry));
  else console.log(entries.length === 0 ? "Nothing has been changed." : entries.map(entryText).join("\n"));
}

const MAX_DETAIL_CHARACTERS = 160;

function entryText({ at, by, role, via, address, action, subject, note, before, after }: Entry): string {
  const who = by === role ? by : `${by} (${role})`;
  const from = address === undefined ? "" : ` from ${address}`;
  const why = note === undefined ? "" : `: ${note}`;
  const details = [
    before === undefined ? "" : `- ${short(before)}`,
    after === undefined ? "" : `+ ${short(after)}`,
  ];
  return [
    `${at}  ${action}  ${subject}  by ${who}, ${via}${from}${why}`,
    ...details.filter((text) => text !== ""),
  ]
    .map(printable)
    .join("\n    ");
}

function short(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length <= MAX_DETAIL_CHARACTERS ? json : `${json.slice(0, MAX_DETAIL_CHARACTERS)}…`;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time, or how long ago. */
function instant(text: string): number {
  const [, count, unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return Date.now() - Number(count) * (UNIT_MS[unit] ?? 0);
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError("must be a time such as 2026-07-10T18:00Z, or 30m, 2h or 3d ago");
}
