/** The edge worker as a deploy would upload it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("..", import.meta.url));

/** Writes the bundle into `directory` and gives the module's path; throws with what wrangler said. */
export async function bundleWorker(directory: string): Promise<string> {
  const child = spawn(
    join(REPOSITORY, "node_modules/.bin/wrangler"),
    ["deploy", "--dry-run", "--outdir", directory],
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
  return join(directory, "index.js");
}
