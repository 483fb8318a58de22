/** The edge worker as a deploy would upload it. */
import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

export type OtherWorker = {
  /** Below the top of the checkout. */
  readonly entry: string;
  readonly config: string;
};

/** Writes the bundle into `directory` and gives the module's path; throws with what wrangler said. */
export async function bundleWorker(directory: string, other?: OtherWorker): Promise<string> {
  const what = other === undefined ? [] : [other.entry, "--config", other.config];
  const child = spawn(
    join(REPOSITORY, "node_modules/.bin/wrangler"),
    ["deploy", ...what, "--dry-run", "--outdir", directory],
    {
      cwd: REPOSITORY,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" },
    },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
  if (code !== 0) throw new Error(`the worker can't be bundled (exit code ${code}):\n${said}`);
  return join(directory, other === undefined ? "index.js" : `${basename(other.entry, ".ts")}.js`);
}
