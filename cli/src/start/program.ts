/** The command line of `start`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { REPOSITORY } from "@spillway/origin/config.ts";

const HELP = `
Variables: EDGE_PORT (8787), ORIGIN_PORT (8788), SPILLWAY_DATA (.spillway in the checkout), and the origin's variables.
An empty data folder is filled with the demo. Ctrl-C stops everything and keeps the data, which the next start uses again.
--demo moves the stored data (catalogue, audience, events, routing, the edge's state) to before-demo-<time> in the data folder,
deletes nothing, and seeds the demo again. It fails while another start uses the folder.

Exit codes: 0 stopped by you; 1 it ran and failed; 2 wrong use, a wrong variable, or unusable data.`;

export function startProgram(): Command {
  return new Command("start")
    .showHelpAfterError("(try --help)")
    .description("Run the whole of Spillway on this machine: edge, origin, and the first pages.")
    .version(versionOf(), "--version")
    .option("--demo", "go back to the demo's data; the stored data is moved aside", false)
    .allowExcessArguments(false)
    .addHelpText("after", HELP);
}

function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
  return String((manifest as { version?: unknown }).version);
}
