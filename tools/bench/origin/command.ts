/**
 * `pnpm bench origin`: how soon individual answers come from a large catalogue, idle and while a refresh
 * cycle runs.
 */
import { Command } from "commander";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import type { OriginBench, OriginBenchOptions } from "./bench-origin.ts";

export function originCommand(): Command {
  return new Command("origin")
    .description(
      "a real origin: individual answers idle and during full refresh cycles, against bare Hono on Node",
    )
    .option("--items <n>", "of the catalogue", wholeNumber(100, 200_000), 20_000)
    .option("--users <n>", "of the audience", wholeNumber(100, 1_000_000), 20_000)
    .option("--history <n>", "items in each user's history", wholeNumber(1, 1000), 200)
    .option("--seconds <n>", "of each idle measurement", wholeNumber(1, 600), 10)
    .option("--rounds <n>", "idle and cycle by turns", wholeNumber(1, 100), 3)
    .option("--rate <n>", "requests a second, to each server", wholeNumber(1, 2000), 100)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nA full cycle trains, clusters, builds and publishes; a round measures from its start until two seconds after its end.\n" +
        "Exit codes: 0 measured; 1 an answer was not an individual one, a cycle failed, or a server could not be started.",
    )
    .action(async ({ json, ...options }: OriginBenchOptions & { json?: true }) => {
      // The origin's modules take a second to load: not for --help, nor for another benchmark.
      const { benchOrigin } = await import("./bench-origin.ts");
      const bench = await benchOrigin(options);
      console.log(json === true ? JSON.stringify(bench) : describe(bench));
    });
}

function describe(bench: OriginBench): string {
  return [
    `${count(bench.items)} items, ${count(bench.users)} users with ${bench.history} items each; pages of ${(bench.pageBytes / 1024).toFixed(1)} KiB`,
    "",
    `closed loop, idle        ${count(bench.perSec)}/s, bare Hono ${count(bench.barePerSec)}/s`,
    `ratio to bare Hono       ${bench.ratio.toFixed(3)}, by processor time ${bench.processorRatio.toFixed(3)} (${ms(bench.processorMs)} each)   must ≥ 0.15, aim 0.25`,
    `p50 by Server-Timing     ${ms(bench.p50Ms)}   must ≤ 0.6 ms, aim 0.35 ms`,
    `p99 in a cycle ÷ idle    ${bench.p99CycleRatio.toFixed(2)}, bare Hono's in the same moments ${bench.bareP99CycleRatio.toFixed(2)}   must ≤ 1.5`,
    "",
    row("", "p50", "p99"),
    row("individual, idle", ms(bench.clientP50Ms), ms(bench.clientP99Ms)),
    row("  by its own Server-Timing", ms(bench.p50Ms), ms(bench.p99Ms)),
    row(
      "individual, in a full cycle",
      ms(bench.clientP50DuringCycleMs),
      ms(bench.clientP99DuringCycleMs),
      `at most ${ms(bench.maxDuringCycleMs)}`,
    ),
    row("  by its own Server-Timing", ms(bench.p50DuringCycleMs), ms(bench.p99DuringCycleMs)),
    row("bare Hono, idle", ms(bench.bareP50Ms), ms(bench.bareP99Ms)),
    row("bare Hono, in a full cycle", "", ms(bench.bareP99DuringCycleMs)),
    "",
    `Medians of ${bench.rounds} rounds by turns, ${bench.rate} requests a second to each server, ${count(bench.answers)} individual answers; a cycle took ${bench.cycleS.toFixed(0)} s.`,
  ].join("\n");
}

function row(name: string, p50: string, p99: string, note = ""): string {
  return `${name.padEnd(30)}${p50.padStart(10)}${p99.padStart(10)}   ${note}`.trimEnd();
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function count(value: number): string {
  return new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 }).format(value);
}
