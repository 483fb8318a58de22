/**
 * `spillway routing` checks the operator's file, tries it on recorded traffic, pushes it, shows it, and rolls
 * back.
 */
import { Command, InvalidArgumentError } from "commander";
import {
  callAsOperator,
  EXIT_REFUSED,
  EXIT_UNREACHABLE,
  sendAsOperator,
  withParameters,
} from "./admin-call.ts";
import { checkRouting } from "./routing-check.ts";
import { parseOrPrint, readRoutingFile, type RoutingFile } from "./routing-file.ts";
import { rolloutCommand } from "./rollout-command.ts";
import { printBegun } from "./rollout-report.ts";
import { printJson, printPushed, printWhole, report } from "./routing-report.ts";
import { modeCommand } from "./routing-mode.ts";
import { diffCommand, tryCommand } from "./routing-try.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";

export function routingCommand(): Command {
  const command = exitOnUsageError(new Command("routing"))
    .description("check, try, push, show and roll back the routing: bands, thresholds, mode and rules")
    .addHelpText(
      "after",
      `\nExit codes: 0 done; ${EXIT_REFUSED} not valid or refused; ${EXIT_USAGE} wrong use; ${EXIT_UNREACHABLE} the origin cannot be reached.`,
    );
  command
    .command("check")
    .description("check a file; an origin is needed only for the clusters that its rules name")
    .argument("<file>", "such as edge/routing.toml")
    .option("--origin <url>", "the origin's address")
    .option("--json", "print the result as JSON: each error with line, column and length", false)
    .action(async (path: string, { origin, json }: { origin?: string; json: boolean }) => {
      process.exitCode = await checkRouting(
        readRoutingFile(command, path),
        (route, body) => sendAsOperator("POST", route, origin, body),
        { needsOrigin: origin !== undefined, json },
      );
    });
  command
    .command("push")
    .description(
      "check a file and activate it: at the origin's gate at once, at the edge within its read cycle",
    )
    .argument("<file>", "such as edge/routing.toml")
    .option("--origin <url>", "the origin's address")
    .option("--note <text>", "why, for the audit log")
    .option("--expect-version <number>", "push only if this version is in force", wholeNumber)
    .option("--stages <list>", "as a rollout: percentages of the visitors that grow, such as 1,5,25,100")
    .option("--every <time>", "how long a stage holds at least, such as 10m (2m to 168h)")
    .option(
      "--guard <limit>",
      "abort when this is breached, such as 'generic share < 5%'; repeat it for more. Without any, the default guards hold",
      (guard: string, others: readonly string[]) => [...others, guard],
      [] as readonly string[],
    )
    .action(async (path: string, options: PushOptions) => {
      const file = readRoutingFile(command, path);
      process.exitCode = parseOrPrint(file) === undefined ? EXIT_REFUSED : await push(file, options);
    });
  command
    .command("show")
    .description("show the active version")
    .option("--origin <url>", "the origin's address")
    .option("--json", "print the result as JSON", false)
    .action(async ({ origin, json }: { origin?: string; json: boolean }) => {
      process.exitCode = report(
        await callAsOperator("GET", "/routing", origin),
        "routing",
        json ? printJson : printWhole,
      );
    });
  command
    .command("rollback")
    .description("push the previous version again, or the one named by --version")
    .option("--origin <url>", "the origin's address")
    .option("--version <number>", "the version to go back to", wholeNumber)
    .option("--note <text>", "why, for the audit log")
    .action(async ({ origin, version, note }: { origin?: string; version?: number; note?: string }) => {
      process.exitCode = report(
        await callAsOperator("POST", withParameters("/routing/rollback", { note }), origin, { version }),
        "routing",
        printPushed,
      );
    });
  command.addCommand(modeCommand());
  command.addCommand(exitOnUsageError(tryCommand()));
  command.addCommand(exitOnUsageError(diffCommand()));
  command.addCommand(rolloutCommand());
  return command;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a version number.");
  return Number(text);
}

type PushOptions = {
  readonly origin?: string;
  readonly note?: string;
  readonly expectVersion?: number;
  readonly stages?: string;
  readonly every?: string;
  readonly guard: readonly string[];
};

async function push({ path, text, format }: RoutingFile, options: PushOptions): Promise<number> {
  const { origin, note, expectVersion, stages, every, guard } = options;
  const query = new URLSearchParams({ file: path });
  const named = { note, expect: expectVersion?.toString(), stages, every };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) query.set(name, value);
  for (const one of guard) query.append("guard", one);
  const body = { text, mediaType: `application/${format}` };
  const reply = await sendAsOperator("PUT", `/routing?${query.toString()}`, origin, body);
  return report(reply, path, stages === undefined ? printPushed : printBegun, text);
}
