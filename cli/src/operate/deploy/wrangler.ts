/** Runs wrangler, and says which command it runs. */
import { delimiter, join } from "node:path";
import { run, type Ran } from "@spillway/kit/processes/run.ts";

export type Wrangler = (
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => Promise<Ran>;

export function wranglerIn(repository: string): Wrangler {
  const path = [process.env["PATH"], join(repository, "node_modules/.bin")].join(delimiter);
  // Its own texts are matched, so they must come without colours.
  const always = { PATH: path, WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0" };
  return (args, environment) => {
    console.log(`  $ wrangler ${args.join(" ")}`);
    // Without a terminal it asks nothing: what it lacks is an error that names it.
    return run({
      command: "wrangler",
      args,
      environment: { ...always, ...environment },
      directory: repository,
    });
  };
}

/** What wrangler says is wrong, without its banner and its pointers to log files. */
export function complaintOf({ stdout, stderr }: Ran): string {
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.trimEnd());
  const said = lines.filter((line) => line.trim() !== "" && !/wrangler \d|^─+$|Logs were written/.test(line));
  return said.slice(0, 12).join("\n");
}
