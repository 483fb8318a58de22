/**
 * `pnpm test:chaos`: kills and failures by the hundred, in real processes, and then the count of what was
 * lost or doubled.
 */
import { printError } from "@spillway/kit/commands/usage.ts";
import { runChaos, type ChaosRun } from "./run-chaos.ts";
import { formatRun } from "./format-run.ts";
import { chaosProgram, type ChaosOptions } from "./program.ts";

const program = chaosProgram();
program.parse();
const { seed, kills, only, json, verbose } = program.opts<ChaosOptions>();
console.error(`${kills} kill points, seed ${seed}`);
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());
const say = verbose ? (line: string) => console.error(line) : () => undefined;
try {
  const result: ChaosRun = await runChaos({ seed, kills, only, say, signal: interrupt.signal });
  console.log(json ? JSON.stringify(result) : formatRun(result));
  process.exitCode = result.wrong.length === 0 ? 0 : 1;
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
process.exit();
