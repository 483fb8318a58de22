/** The operator's file, as a command names it. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import type { Routing } from "@spillway/shared/routing/routing.ts";
import { printIssues } from "./routing-report.ts";

export type RoutingFile = {
  readonly path: string;
  readonly text: string;
  readonly format: "toml" | "json";
};

/** Ends the command where the file cannot be read. */
export function readRoutingFile(command: Command, path: string): RoutingFile {
  try {
    return { path, text: readFileSync(path, "utf8"), format: path.endsWith(".json") ? "json" : "toml" };
  } catch (error) {
    return command.error(`error: ${path} cannot be read: ${reasonOf(error)}`);
  }
}

/** Prints what is wrong, if anything. */
export function parseOrPrint({ path, text, format }: RoutingFile): Routing | undefined {
  const parsed = parseRoutingText(text, format);
  if (parsed.ok) return parsed.routing;
  printIssues(path, parsed.issues, text);
  return undefined;
}

export function readRouting(command: Command, path: string): Routing | undefined {
  return parseOrPrint(readRoutingFile(command, path));
}
