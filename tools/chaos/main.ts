/** `pnpm test:chaos`: kills and failures by the hundred, in real processes, and then the count of what was lost or doubled. */
import { Command, InvalidArgumentError, Option } from "commander";
import { runChaos, type ChaosRun } from "./run-chaos.ts";
import { formatRun } from "./format-run.ts";
import { KINDS, type Kind } from "./kinds.ts";

type Options = {
  readonly seed: number;
  readonly kills: number;
  readonly only?: Kind;
  readonly json: boolean;
  readonly verbose: boolean;
};

const MAX_KILLS = 5000;

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };
}

const program = new Command("test:chaos")
  .description(
    "Kills and fails what stands between a 202 and a profile, and counts what was lost or doubled.",
  )
  .option("--seed <n>", "of the plan and every draw", wholeNumber(0, 2 ** 31 - 1), Date.now() % 1_000_000)
  .option("--kills <n>", "kill points", wholeNumber(1, MAX_KILLS), 200)
  .addOption(new Option("--only <kind>", "this kind alone").choices(Object.keys(KINDS)))
  .option("--json", "print the result as JSON", false)
  .option("--verbose", "name each kill point as it is reached", false)
  .addHelpText(
    "after",
    "\nExit codes: 0 nothing lost, nothing doubled; 1 something was; 2 the test could not be run.",
  );

program.parse();
const { seed, kills, only, json, verbose } = program.opts<Options>();
console.error(`${kills} kill points, seed ${seed}`);
const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt.abort());
const say = verbose ? (line: string) => console.error(line) : () => undefined;
try {
  const result: ChaosRun = await runChaos({ seed, kills, only, say, signal: interrupt.signal });
  console.log(json ? JSON.stringify(result) : formatRun(result));
  process.exitCode = result.wrong.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
}
process.exit();
