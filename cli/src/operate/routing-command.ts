/** `spillway routing` checks the operator's file, pushes it, shows the active version, and rolls back. */
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { loadAdminClient, readEnvironment } from "@spillway/origin/config.ts";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import { callOrigin, type OriginReply } from "./origin-call.ts";
import {
  EXIT_REFUSED,
  EXIT_UNREACHABLE,
  printIssues,
  printJson,
  printPushed,
  printWhole,
  report,
} from "./routing-report.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";

type RoutingFile = { readonly text: string; readonly format: "toml" | "json" };

export function routingCommand(): Command {
  const command = exitOnUsageError(new Command("routing"))
    .description("check, push, show and roll back the routing: bands, thresholds, mode and rules")
    .addHelpText(
      "after",
      `\nExit codes: 0 done; ${EXIT_REFUSED} not valid or refused; ${EXIT_USAGE} wrong use; ${EXIT_UNREACHABLE} the origin cannot be reached.`,
    );
  command
    .command("check")
    .description("check a file; no origin is needed")
    .argument("<file>", "such as edge/routing.toml")
    .action((path: string) => {
      process.exitCode = check(path, readRoutingFile(command, path));
    });
  command
    .command("push")
    .description(
      "check a file and activate it: at the origin's gate at once, at the edge within its read cycle",
    )
    .argument("<file>", "such as edge/routing.toml")
    .option("--origin <url>", "the origin's address")
    .action(async (path: string, { origin }: { origin?: string }) => {
      const file = readRoutingFile(command, path);
      const refused = check(path, file, false);
      process.exitCode = refused === 0 ? await push(path, file, origin) : refused;
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
    .action(async ({ origin, version }: { origin?: string; version?: number }) => {
      const body = { text: JSON.stringify({ version }), mediaType: "application/json" };
      process.exitCode = report(
        await call("POST", "/routing/rollback", origin, body),
        "routing",
        printPushed,
      );
    });
  return command;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a version number.");
  return Number(text);
}

function readRoutingFile(command: Command, path: string): RoutingFile {
  try {
    return { text: readFileSync(path, "utf8"), format: path.endsWith(".json") ? "json" : "toml" };
  } catch (error) {
    const reason = reasonOf(error);
    return command.error(`error: ${path} cannot be read: ${reason}`);
  }
}

function check(path: string, file: RoutingFile, printsSuccess = true): number {
  const parsed = parseRoutingText(file.text, file.format);
  if (!parsed.ok) {
    printIssues(path, parsed.issues);
    return EXIT_REFUSED;
  }
  if (printsSuccess) console.log(`${path} is valid.`);
  return 0;
}

async function push(
  path: string,
  { text, format }: RoutingFile,
  origin: string | undefined,
): Promise<number> {
  const body = { text, mediaType: `application/${format}` };
  return report(
    await call("PUT", `/routing?file=${encodeURIComponent(path)}`, origin, body),
    path,
    printPushed,
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
