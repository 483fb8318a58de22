/** The events benchmark: rounds on fresh files in a temporary folder, of which the medians count. */
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../edge/median.ts";
import { BATCH, measureRound, PLATFORM, type Round } from "./measure-round.ts";

export type EventsBench = {
  /** Medians over the rounds; the ratio is that of the rounds' own. */
  readonly eventsPerSec: number;
  readonly barePerSec: number;
  readonly ratio: number;
  readonly foldPerSec: number;
  /** Lowest and highest round. */
  readonly spread: Readonly<Record<"eventsPerSec" | "barePerSec" | "ratio" | "foldPerSec", Range>>;
  readonly events: number;
  readonly batch: number;
  readonly rounds: number;
  readonly users: number;
};

type Range = readonly [least: number, most: number];

/** For the compiler, on files that nobody looks at. */
const WARM_UP_EVENTS = 20_000;

export async function benchEvents(options: {
  readonly events: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<EventsBench> {
  const { events, rounds, say } = options;
  using folder = mkdtempDisposableSync(join(tmpdir(), "spillway-events-"));
  const run = async (count: number, number: number): Promise<Round> => {
    using own = mkdtempDisposableSync(join(folder.path, "round-"));
    return await measureRound(own.path, count, number % 2 === 1);
  };
  await run(WARM_UP_EVENTS, 0);
  const measured: Readonly<Record<keyof EventsBench["spread"], number>>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { realS, bareS, foldS } = await run(events, round);
    const figures = {
      eventsPerSec: events / realS,
      barePerSec: events / bareS,
      ratio: bareS / realS,
      foldPerSec: events / foldS,
    };
    measured.push(figures);
    const rates = [figures.eventsPerSec, figures.barePerSec, figures.foldPerSec].map(Math.round);
    say(`round ${round + 1} of ${rounds}: real ${rates[0]}/s, bare ${rates[1]}/s, fold ${rates[2]}/s`);
  }
  const of = (name: keyof EventsBench["spread"]): number[] => measured.map((figures) => figures[name]);
  const range = (name: keyof EventsBench["spread"]): Range => [Math.min(...of(name)), Math.max(...of(name))];
  return {
    eventsPerSec: median(of("eventsPerSec")),
    barePerSec: median(of("barePerSec")),
    ratio: median(of("ratio")),
    foldPerSec: median(of("foldPerSec")),
    spread: {
      eventsPerSec: range("eventsPerSec"),
      barePerSec: range("barePerSec"),
      ratio: range("ratio"),
      foldPerSec: range("foldPerSec"),
    },
    events,
    batch: BATCH,
    rounds,
    users: PLATFORM.users,
  };
}
