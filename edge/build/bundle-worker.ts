/** The edge worker as a deploy would upload it. */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runOk } from "@spillway/kit/processes/run.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

export type OtherWorker = {
  /** Below the top of the checkout. */
  readonly entry: string;
  readonly config: string;
};

/** Writes the bundle into `directory` and gives the module's path; throws with what wrangler said. */
export async function bundleWorker(directory: string, other?: OtherWorker): Promise<string> {
  const what = other === undefined ? [] : [other.entry, "--config", other.config];
  await runOk({
    command: join(REPOSITORY, "node_modules/.bin/wrangler"),
    args: ["deploy", ...what, "--dry-run", "--outdir", directory],
    directory: REPOSITORY,
    environment: { WRANGLER_SEND_METRICS: "false", CI: "true" },
  });
  return join(directory, other === undefined ? "index.js" : `${basename(other.entry, ".ts")}.js`);
}
