/** Runs wrangler, and says which command it runs. */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

export type WranglerRun = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Wrangler = (
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => Promise<WranglerRun>;

export function wranglerIn(repository: string): Wrangler {
  const path = [process.env["PATH"], join(repository, "node_modules/.bin")].join(delimiter);
  return (args, environment = {}) => {
    console.log(`  $ wrangler ${args.join(" ")}`);
    const child = spawn("wrangler", args, {
      cwd: repository,
      // Without a terminal it asks nothing: what it lacks is an error that names it.
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PATH: path, WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0", ...environment },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    return new Promise((resolve) => {
      child.on("error", ({ message }) => resolve({ code: 1, stdout, stderr: message }));
      child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
    });
  };
}

/** What wrangler says is wrong, without its banner and its pointers to log files. */
export function complaintOf({ stdout, stderr }: WranglerRun): string {
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.trimEnd());
  const said = lines.filter((line) => line.trim() !== "" && !/wrangler \d|^─+$|Logs were written/.test(line));
  return said.slice(0, 12).join("\n");
}
