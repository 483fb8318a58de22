/** `spillway routing` checks the operator's file, tries it on recorded traffic, pushes it, shows it, and rolls back. */
import { Command, InvalidArgumentError } from "commander";
import { loadAdminClient, readEnvironment } from "@spillway/origin/config.ts";
import { withParameters } from "./admin-call.ts";
import { checkRouting } from "./routing-check.ts";
import { parseOrPrint, readRoutingFile, type RoutingFile } from "./routing-file.ts";
import { callOrigin, type OriginReply } from "./origin-call.ts";
import {
  EXIT_REFUSED,
  EXIT_UNREACHABLE,
  printJson,
  printPushed,
  printWhole,
  report,
} from "./routing-report.ts";
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
        (route, body) => call("POST", route, origin, body),
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
    .action(async (path: string, { origin, note }: { origin?: string; note?: string }) => {
      const file = readRoutingFile(command, path);
      process.exitCode = parseOrPrint(file) === undefined ? EXIT_REFUSED : await push(file, { origin, note });
    });
  command
    .command("show")
    .description("show the active version")
    .option("--origin <url>", "the origin's address")
    .option("--json", "print the result as JSON", false)
    .action(async ({ origin, json }: { origin?: string; json: boolean }) => {
      process.exitCode = report(
        await call("GET", "/routing", origin),
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
      const body = { text: JSON.stringify({ version }), mediaType: "application/json" };
      process.exitCode = report(
        await call("POST", withParameters("/routing/rollback", { note }), origin, body),
        "routing",
        printPushed,
      );
    });
  command.addCommand(exitOnUsageError(tryCommand()));
  command.addCommand(exitOnUsageError(diffCommand()));
  return command;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a version number.");
  return Number(text);
}

async function push(
  { path, text, format }: RoutingFile,
  { origin, note }: { readonly origin: string | undefined; readonly note: string | undefined },
): Promise<number> {
  const body = { text, mediaType: `application/${format}` };
  return report(
    await call("PUT", withParameters("/routing", { file: path, note }), origin, body),
    path,
    printPushed,
    text,
  );
}

function call(
  method: string,
  path: string,
  origin: string | undefined,
  body?: { text: string; mediaType: string },
): Promise<OriginReply> {
  const client = loadAdminClient(readEnvironment());
  return callOrigin({ origin: origin ?? client.origin, adminToken: client.adminToken, method, path, body });
}
