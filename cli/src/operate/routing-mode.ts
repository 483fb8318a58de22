/**
 * `spillway routing mode` forces a mode for a while, ends that before its time, and tells which one is in
 * force.
 */
import { Command, InvalidArgumentError } from "commander";
import { MODES, type Mode } from "@spillway/shared/routing/mode-override.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { callAsOperator, withParameters } from "./admin-call.ts";
import type { OriginReply } from "./origin-call.ts";
import { report } from "./routing-report.ts";

type ModeFacts = {
  readonly mode: Mode;
  readonly ofRouting: Mode;
  readonly until?: string;
  readonly by?: string;
  readonly published?: boolean;
  readonly reason?: string;
};

type Options = {
  readonly for?: number;
  readonly end: boolean;
  readonly origin?: string;
  readonly note?: string;
  readonly json: boolean;
};

export function modeCommand(): Command {
  const command = exitOnUsageError(new Command("mode"));
  return command
    .description("force a mode for a while, whatever the routing says; without one, tell which is in force")
    .argument("[mode]", `one of ${MODES.join(", ")}`, oneOfModes)
    .option("--for <time>", "how long, such as 90s, 15m or 2h; at most a day", seconds)
    .option("--end", "end what is forced before its time", false)
    .option("--note <text>", "why, for the audit log")
    .option("--origin <url>", "the origin's address")
    .option("--json", "print the result as JSON", false)
    .action(async (mode: Mode | undefined, options: Options) => {
      if (mode !== undefined && options.end) command.error("error: name a mode, or --end, and not both");
      if (mode !== undefined && options.for === undefined)
        command.error("error: say --for how long; what is to hold for good is a routing: routing push");
      if (mode === undefined && options.for !== undefined) command.error("error: --for needs a mode");
      process.exitCode = report(await ask(mode, options), "mode", (facts: unknown) => {
        if (options.json) console.log(JSON.stringify(facts));
        else printMode(facts as ModeFacts);
      });
    });
}

function ask(mode: Mode | undefined, options: Options): Promise<OriginReply> {
  const path = withParameters("/routing/mode", { note: options.note });
  if (mode === undefined) return callAsOperator(options.end ? "DELETE" : "GET", path, options.origin);
  return callAsOperator("PUT", path, options.origin, { mode, forSeconds: options.for });
}

function printMode({ mode, ofRouting, until, by, published, reason }: ModeFacts): void {
  if (until === undefined) console.log(`Mode ${mode}, by the routing`);
  else
    console.log(
      `Mode ${mode} until ${until}, forced by ${by ?? "somebody"}; then ${ofRouting} again, by itself`,
    );
  if (published === true) console.log("Published to KV. Every edge isolate obeys it within its read cycle.");
  if (published === false)
    console.log(
      `Not published to KV yet: ${reason ?? "no reason was given"}. The origin's gate obeys it already.`,
    );
}

function oneOfModes(text: string): Mode {
  const mode = MODES.find((one) => one === text);
  if (mode === undefined) throw new InvalidArgumentError(`It must be one of ${MODES.join(", ")}.`);
  return mode;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600 };

function seconds(text: string): number {
  const [, count, unit = ""] = /^(\d{1,6})(s|m|min|h)$/.exec(text) ?? [];
  const total = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (!(total >= 1 && total <= 86_400))
    throw new InvalidArgumentError("It must be such as 90s, 15m or 2h, and at most a day.");
  return total;
}
