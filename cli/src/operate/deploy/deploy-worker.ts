/** The step that uploads the worker with its secret, and finds out its address. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { StepFailed } from "./step.ts";
import type { WorkerConfig } from "./worker-config.ts";
import { complaintOf, type Wrangler } from "./wrangler.ts";

const HINT = "Nothing was uploaded; the worker that was deployed before still serves.";

/** One line of the machine-readable file that wrangler writes. */
const outputSchema = z.looseObject({ type: z.string(), targets: z.optional(z.array(z.string())) });

/** Returns the worker's address, or undefined when wrangler prints none. */
export async function deployWorker(
  wrangler: Wrangler,
  config: WorkerConfig,
  secrets: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  return withFolder(async (folder) => {
    const [configPath, secretsPath, outputPath] = ["wrangler.json", "secrets.json", "output.ndjson"].map(
      (name) => join(folder, name),
    ) as [string, string, string];
    writeFileSync(configPath, JSON.stringify(config, undefined, 2));
    // Secrets go into a file, because every user of the machine can read the arguments of a process.
    writeFileSync(secretsPath, JSON.stringify(secrets), { mode: 0o600 });
    writeFileSync(outputPath, "");
    const args = ["deploy", "--config", configPath, "--secrets-file", secretsPath];
    const run = await wrangler(args, { WRANGLER_OUTPUT_FILE_PATH: outputPath });
    if (run.code !== 0) throw new StepFailed(complaintOf(run), HINT);
    return firstTarget(readFileSync(outputPath, "utf8"));
  });
}

/** Bundles the worker and checks its configuration without uploading anything. */
export async function bundleWorker(wrangler: Wrangler, config: WorkerConfig): Promise<void> {
  await withFolder(async (folder) => {
    const configPath = join(folder, "wrangler.json");
    writeFileSync(configPath, JSON.stringify(config, undefined, 2));
    const outputFolder = join(folder, "bundle");
    const run = await wrangler(["deploy", "--dry-run", "--config", configPath, "--outdir", outputFolder]);
    if (run.code !== 0) throw new StepFailed(complaintOf(run), "Correct wrangler.toml or the worker.");
    console.log(`  ${/Total Upload: .*/.exec(run.stdout)?.[0] ?? "bundled"}`);
  });
}

async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "spillway-deploy-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function firstTarget(output: string): string | undefined {
  const entries = output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => outputSchema.parse(JSON.parse(line)));
  const target = entries.find(({ type }) => type === "deploy")?.targets?.[0];
  if (target === undefined) return undefined;
  // Wrangler prints a custom domain without its protocol, and with a remark in brackets.
  const host = target.split(" ")[0] ?? "";
  return host.includes("://") ? host : `https://${host}`;
}
