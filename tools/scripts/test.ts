/** `pnpm test`: every check, one after the other, each with its time; stops at the first that fails. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const bundle = mkdtempSync(join(tmpdir(), "spillway-bundle-"));
/** Tests start the command line a hundred times. Each start then takes 0.7 s where it took 1.0 s. */
const compiled = mkdtempSync(join(tmpdir(), "spillway-compiled-"));
const failedTests = join(compiled, "failed-tests");

/** Whose imports the graph rules over. */
const PACKAGES = [
  "shared",
  "model",
  "edge",
  "store",
  "origin",
  "analytics",
  "cli",
  "demo",
  "kit",
  "simulation",
  "examples",
  "tools",
];

/** Each has a tsconfig of its own, since each runs elsewhere: Node, workerd, a browser. */
const TYPED = [
  "shared",
  "model",
  // Without Node's types: the same files, but for the workers.
  "model/tsconfig.pure.json",
  "kit",
  "edge",
  "edge/public",
  "store",
  "origin",
  "origin/public/console",
  "analytics",
  "demo",
  "simulation",
  "cli",
  "examples",
  "tools",
  "tools/bench/edge/worker",
  "tools/chaos/fuzz",
  ".",
];

type Step = readonly [name: string, command: string, ...args: string[]];

const VITEST = ["vitest", "run", "--reporter=default", "--reporter=./tools/scripts/failed-tests.ts"] as const;

/**
 * The same mutations each time; `pnpm test:fuzz` draws others. They run beside the integration tests, which
 * mostly wait, and leave the processor to them.
 */
const FUZZ: Step = [
  "fuzz",
  "nice",
  "-n",
  "10",
  "node",
  "--disable-warning=ExperimentalWarning",
  "tools/chaos/fuzz-main.ts",
  "--seconds",
  "60",
  "--seed",
  "1",
];
const BESIDE_FUZZ = "integration";

const steps: readonly Step[] = [
  ["format", "oxfmt", "--check", "."],
  ["lint", "oxlint", "--type-aware", "--deny-warnings"],
  ["graph: who imports whom", "depcruise", "--config", ".dependency-cruiser.mjs", ...PACKAGES],
  ["knip: what nobody uses", "knip"],
  ...TYPED.map((folder) => [`types: ${folder}`, "tsc", "-p", folder] as const),
  ["deploy --dry-run", "wrangler", "deploy", "--dry-run", "--outdir", bundle],
  // Its default leaves a processor free, which is half of two.
  ["unit", ...VITEST, "--maxWorkers=2", "--project", "!e2e", "--project", "!examples"],
  ["integration", ...VITEST, "--project", "e2e"],
  ["examples", ...VITEST, "--project", "examples"],
  // The same ones each time; `pnpm test:chaos` draws others.
  [
    "chaos",
    "node",
    "--disable-warning=ExperimentalWarning",
    "tools/chaos/main.ts",
    "--kills",
    "20",
    "--seed",
    "1",
  ],
];

function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, {
    stdio: "inherit",
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: "false",
      CI: "true",
      NODE_COMPILE_CACHE: compiled,
      FAILED_TESTS: failedTests,
    },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** What a deploy uploads, compressed as the platform counts it. */
function workerSize(): string {
  const bytes = readdirSync(bundle)
    .filter((name) => name.endsWith(".js") || name.endsWith(".wasm"))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(bundle, name))).length, 0);
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

const summary: string[] = [];
let failed = false;

/** The time of a step in the summary; false when it failed. */
async function timed([name, command, ...args]: Step): Promise<boolean> {
  const startedMs = performance.now();
  const code = await run(command, args);
  summary.push(
    `${code === 0 ? "ok  " : "FAIL"} ${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${name}`,
  );
  if (code === 0 && name.startsWith("deploy"))
    summary.push(`                 worker, gzipped: ${workerSize()}`);
  if (code !== 0 && existsSync(failedTests))
    for (const line of readFileSync(failedTests, "utf8").split("\n")) summary.push(`       ${line}`);
  return code === 0;
}

for (const step of steps) {
  const [name] = step;
  console.log(`\n▸ ${name}`);
  const beside = name === BESIDE_FUZZ ? [timed(FUZZ)] : [];
  failed = (await Promise.all([timed(step), ...beside])).includes(false);
  if (failed) break;
}
for (const folder of [bundle, compiled]) rmSync(folder, { recursive: true, force: true });
console.log(`\n${summary.join("\n")}\n${failed ? "failed" : "all green"}`);
process.exitCode = failed ? 1 : 0;
