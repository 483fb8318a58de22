/** Runs wrangler, and prints each command line before it runs. */
import { delimiter, join } from "node:path";
import { run, type Ran } from "@spillway/kit/processes/run.ts";

export type Wrangler = (
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => Promise<Ran>;

export function wranglerIn(repository: string): Wrangler {
  const path = [process.env["PATH"], join(repository, "node_modules/.bin")].join(delimiter);
  // Other steps search wrangler's output, which therefore must have no colours.
  const fixed = { PATH: path, WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0" };
  return (args, environment) => {
    console.log(`  $ wrangler ${args.join(" ")}`);
    // Without a terminal wrangler never asks; it fails and names what is missing.
    return run({
      command: "wrangler",
      args,
      environment: { ...fixed, ...environment },
      directory: repository,
    });
  };
}

/** Returns wrangler's error text without its banner and its references to log files. */
export function complaintOf({ stdout, stderr }: Ran): string {
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.trimEnd());
  const message = lines.filter(
    (line) => line.trim() !== "" && !/wrangler \d|^─+$|Logs were written/.test(line),
  );
  return message.slice(0, 12).join("\n");
}
