/** `spillway tokens` makes, lists and revokes the tokens of operators. */
import { Command, InvalidArgumentError, Option } from "commander";
import { TOKEN_ROLES } from "@spillway/shared/operators/role.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import {
  callAsOperator,
  EXIT_REFUSED,
  EXIT_UNREACHABLE,
  printRefusal,
  withParameters,
} from "./admin-call.ts";
import { columns } from "./columns.ts";

type Options = {
  readonly origin?: string;
  readonly json: boolean;
  readonly note?: string;
  readonly role?: string;
  readonly expires?: number;
};

/** What the origin's `/tokens` tells of a token. */
type TokenFacts = {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly lastUsedAt?: string;
};

export function tokensCommand(): Command {
  const command = exitOnUsageError(new Command("tokens"))
    .description("make, list and revoke operators' tokens; this needs ADMIN_TOKEN")
    .addHelpText(
      "after",
      "\nA viewer reads, an editor changes pins too, an operator everything but tokens. Commands use the token in OPERATOR_TOKEN.\n" +
        `Exit codes: 0 done; ${EXIT_REFUSED} refused; ${EXIT_USAGE} wrong use; ${EXIT_UNREACHABLE} the origin cannot be reached.`,
    );
  const sub = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .option("--origin <url>", "the origin's address")
      .option("--json", "print the result as JSON", false);
  sub("create", "make a token, and print it: it is not told again")
    .argument("<name>", "whose it is: 1–64 of a-z, 0-9, ., _ and -")
    .addOption(new Option("--role <role>", "what it may do").choices([...TOKEN_ROLES]).makeOptionMandatory())
    .option("--expires <days>", "how long it is valid, such as 90d", days)
    .option("--note <text>", "why, for the audit log")
    .action(async (name: string, { role, expires, note, origin, json }: Options) => {
      const body = { name, role, ...(expires !== undefined && { expiresInDays: expires }) };
      const reply = await callAsOperator("POST", withParameters("/tokens", { note }), origin, body);
      if (reply.kind !== "ok") return void (process.exitCode = printRefusal(reply));
      const made = reply.body as TokenFacts & { readonly token: string };
      console.log(json ? JSON.stringify(made) : made.token);
      const until = made.expiresAt === undefined ? "until it is revoked" : `until ${made.expiresAt}`;
      if (!json) console.error(`The token ${name} (${made.role}) is valid ${until}. It is not told again.`);
    });
  sub("list", "show all tokens, and when each was used last").action(async ({ origin, json }: Options) => {
    const reply = await callAsOperator("GET", "/tokens", origin);
    if (reply.kind !== "ok") return void (process.exitCode = printRefusal(reply));
    const { tokens } = reply.body as { readonly tokens: readonly TokenFacts[] };
    console.log(json ? JSON.stringify(tokens) : tokensTable(tokens));
  });
  sub("revoke", "make a token void at once, and end its sessions")
    .argument("<name>", "as `list` shows it")
    .option("--note <text>", "why, for the audit log")
    .action(async (name: string, { note, origin, json }: Options) => {
      const path = withParameters("/tokens/revoke", { note });
      const reply = await callAsOperator("POST", path, origin, { name });
      if (reply.kind !== "ok") return void (process.exitCode = printRefusal(reply));
      console.log(
        json ? JSON.stringify(reply.body) : `The token ${name} is revoked, and its sessions have ended.`,
      );
    });
  return command;
}

function tokensTable(tokens: readonly TokenFacts[]): string {
  if (tokens.length === 0) return "There are no tokens: only ADMIN_TOKEN opens the admin routes.";
  return columns([
    ["name", "role", "state", "created", "by", "expires", "last used"],
    ...tokens.map(({ name, role, state, createdAt, createdBy, expiresAt, revokedAt, lastUsedAt }) => [
      name,
      role,
      revokedAt === undefined ? state : `revoked ${minute(revokedAt)}`,
      minute(createdAt),
      createdBy,
      expiresAt === undefined ? "never" : minute(expiresAt),
      lastUsedAt === undefined ? "never" : minute(lastUsedAt),
    ]),
  ]);
}

function minute(iso: string): string {
  return `${iso.slice(0, 16)}Z`;
}

function days(text: string): number {
  const [, count] = /^([1-9]\d{0,3})d$/.exec(text) ?? [];
  if (count !== undefined && Number(count) <= 3650) return Number(count);
  throw new InvalidArgumentError("must be a number of days from 1d to 3650d, such as 90d");
}
