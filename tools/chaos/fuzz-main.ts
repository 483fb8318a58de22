/**
 * `pnpm test:fuzz`: mutated input for the edge and for every parser; what breaks is printed with how to
 * repeat it.
 */
import { registerHooks } from "node:module";
import { printError } from "@spillway/kit/commands/usage.ts";
import { fuzzProgram, planOf, type FuzzProgramOptions } from "./fuzz-program.ts";
import type { Find, FuzzModule, FuzzRun } from "./fuzz/contract.ts";

const program = fuzzProgram();
program.parse();
const { seed, only, json, ...options } = program.opts<FuzzProgramOptions>();

// The worker exports a Durable Object beside its handlers; nothing here makes one.
const PLATFORM = "data:text/javascript,export class DurableObject {}; export const env = {};";
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers" ? { url: PLATFORM, shortCircuit: true } : next(specifier, context),
});

const say = console.error;
let rejected = 0;
process.on("unhandledRejection", (reason) => {
  rejected += 1;
  say(
    `a promise that nobody waits for was rejected: ${reason instanceof Error ? reason.stack : String(reason)}`,
  );
});

try {
  // By its address, since the worker's types are not Node's.
  const { runFuzz } = (await import(new URL("fuzz/run.ts", import.meta.url).href)) as FuzzModule;
  say(`seed ${seed}`);
  const plan = planOf({ seed, json, ...options });
  const result = await runFuzz({
    ...plan,
    seed,
    only,
    onProgress: say,
    onFind: (find) => say(findText(find, seed)),
  });
  console.log(json ? JSON.stringify({ ...result, rejected }) : summaryOf(result));
  process.exitCode = result.finds.length + rejected === 0 ? 0 : 1;
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
process.exit();

function findText({ target, at, what, input }: Find, of: number): string {
  return `FOUND ${what}\n  input: ${input}\n  again: pnpm test:fuzz --seed ${of} --only ${target}:${at}`;
}

function summaryOf({ seed: of, targets, finds }: FuzzRun): string {
  const lines = Object.entries(targets).map(([target, { cases, seconds, finds: found, outcomes }]) => {
    const most = Object.entries(outcomes)
      .toSorted(([, a], [, b]) => b - a)
      .map(([outcome, count]) => `${outcome}: ${count}`);
    const rate = Math.round(cases / Math.max(seconds, 0.001));
    return `${target}: ${cases} cases in ${seconds.toFixed(1)} s (${rate} a second), ${found} finds\n  ${most.join(", ")}`;
  });
  return [
    ...lines,
    finds.length === 0 ? `seed ${of}: nothing found` : `seed ${of}: ${finds.length} finds`,
  ].join("\n");
}
