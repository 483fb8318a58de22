/**
 * `spillway status` is one screen of what happens now, or at a time that has passed: what the console's first
 * screen shows, in the terminal.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { parseTimeMs } from "@spillway/shared/protocol/time.ts";
import { EXIT_USAGE, exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import type { NowState } from "@spillway/shared/protocol/now-state.ts";
import {
  callAsOperator,
  EXIT_REFUSED,
  EXIT_UNREACHABLE,
  printRefusal,
  withParameters,
} from "./admin-call.ts";
import { formatStatus } from "./status-report.ts";

type Options = {
  readonly origin?: string;
  readonly watch?: boolean;
  readonly json: boolean;
  readonly until?: string;
};

const EVERY_MS = 1000;
/** Moves to the upper left, and clears what is below. */
const CLEAR = "\u001B[H\u001B[J";

export function statusCommand(): Command {
  return exitOnUsageError(new Command("status"))
    .description("what happens now: demand against the threshold, who is served what, isolates, pages, queue")
    .option("--origin <url>", "the origin's address")
    .addOption(
      new Option(
        "--until <time>",
        "what happened until then, as far as it is kept (NOW_DAYS), such as 2026-07-10T20:15:00Z",
      )
        .argParser(parseInstant)
        .conflicts("watch"),
    )
    .option("--watch", "again each second, until interrupted")
    .option("--json", "print the state as JSON, with --watch a line each second", false)
    .addHelpText(
      "after",
      `\nWhat isolates have served at the edge is counted too: they report it through a queue, so it is some seconds old, and says so.\n` +
        `Exit codes: 0 shown; ${EXIT_REFUSED} refused; ${EXIT_USAGE} wrong use; ${EXIT_UNREACHABLE} the origin cannot be reached (with --watch it is asked again).`,
    )
    .action(async ({ origin, watch = false, json, until }: Options) => {
      const show = async (): Promise<number> => {
        const reply = await callAsOperator("GET", withParameters("/now", { until }), origin);
        if (reply.kind !== "ok") return printRefusal(reply);
        print(reply.body as NowState, { watch, json, isPast: until !== undefined });
        return 0;
      };
      do {
        process.exitCode = await show();
        if (!watch) return;
        await sleep(EVERY_MS);
      } while (process.exitCode !== EXIT_REFUSED);
    });
}

function parseInstant(text: string): string {
  const ms = parseTimeMs(text);
  if (ms === undefined) throw new InvalidArgumentError("It must be an instant such as 2026-07-10T20:15:00Z.");
  return new Date(ms).toISOString();
}

type Printing = { readonly watch: boolean; readonly json: boolean; readonly isPast: boolean };

function print(state: NowState, { watch, json, isPast }: Printing): void {
  if (json) return console.log(JSON.stringify(state, null, watch ? undefined : 2));
  if (isPast) console.log(`As of ${new Date(state.atMs).toISOString().slice(0, 19).replace("T", " ")} UTC:`);
  const screen = formatStatus(state, process.stdout.columns);
  console.log(watch && process.stdout.isTTY ? `${CLEAR}${screen}` : screen);
}
