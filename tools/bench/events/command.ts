/**
 * `pnpm bench events`: events a second into SQLite by the origin's own path and by a bare insert, and the
 * fold.
 */
import { Command } from "commander";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import type { EventsBench, Figure } from "./bench-events.ts";

export function eventsCommand(): Command {
  return new Command("events")
    .description("events into SQLite by the origin's route, against a bare batch insert, and the fold")
    .option("--events <n>", "in each round, each way", wholeNumber(500, 10_000_000), 200_000)
    .option("--rounds <n>", "both ways by turns in each", wholeNumber(1, 100), 3)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nWrites to real files in the temporary folder, about 3 KB for each event of a round, and removes them.\n" +
        "Exit codes: 0 measured; 1 an event was not stored or not folded, or an option is none.",
    )
    .action(async ({ json, ...options }: { events: number; rounds: number; json?: true }) => {
      // The origin's modules take a second to load: not for --help, nor for another benchmark.
      const { benchEvents } = await import("./bench-events.ts");
      const bench = await benchEvents({ ...options, say: (line) => console.error(line) });
      console.log(json === true ? JSON.stringify(bench) : describe(bench));
    });
}

function describe(bench: EventsBench): string {
  return [
    `${count(bench.events)} events a round, ${bench.batch} in each body and transaction, UUIDv7 ids, synchronous=FULL, a file on disk`,
    "",
    row(bench, "body at the origin → commit", "eventsPerSec", "cpuMicros", "must ≥ 20,000/s"),
    row(bench, "bare better-sqlite3 insert", "barePerSec", "bareCpuMicros"),
    row(bench, "fold into profiles", "foldPerSec", "foldCpuMicros", "must keep up with the first"),
    "",
    `ratio to bare  ${bench.ratio.toFixed(2)}  (${bench.spread.ratio.map((ratio) => ratio.toFixed(2)).join("–")})   must ≥ 0.50, aim 0.60`,
    "",
    `Medians of ${bench.rounds} rounds, both ways by turns within each, one thread; the fold is of ${count(bench.users)} users with 30 titles each, ten events a session.`,
  ].join("\n");
}

function row(bench: EventsBench, name: string, rate: Figure, cpuMicros: Figure, note = ""): string {
  const perSec = `${count(bench[rate]).padStart(8)}/s  (${bench.spread[rate].map(count).join("–")})`;
  const cpu = `${bench[cpuMicros].toFixed(1).padStart(5)} µs of processor each`;
  return `${name.padEnd(28)}${perSec.padEnd(28)}${cpu}   ${note}`.trimEnd();
}

function count(value: number): string {
  return new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 }).format(value);
}
