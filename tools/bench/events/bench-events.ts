/** The events benchmark: rounds on fresh files in a temporary folder, of which the medians count. */
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "@spillway/kit/statistics.ts";
import { BATCH, measureRound, PLATFORM, seedPlatform, type Round } from "./measure-round.ts";

export type EventsBench = Readonly<Record<Figure, number>> & {
  /** Lowest and highest round. */
  readonly spread: Readonly<Record<Figure, readonly [least: number, most: number]>>;
  readonly events: number;
  readonly batch: number;
  readonly rounds: number;
  readonly users: number;
};

/**
 * Medians over the rounds: by the clock; the ratio is that of the rounds' own; processor time of one event in
 * microseconds.
 */
const FIGURES = [
  "eventsPerSec",
  "barePerSec",
  "ratio",
  "foldPerSec",
  "cpuMicros",
  "bareCpuMicros",
  "foldCpuMicros",
] as const;
export type Figure = (typeof FIGURES)[number];
type Figures = Readonly<Record<Figure, number>>;

/** These events let the compiler warm up; their times are thrown away. */
const WARM_UP_EVENTS = 20_000;

export async function benchEvents(options: {
  readonly events: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<EventsBench> {
  const { events, rounds, say } = options;
  using folder = mkdtempDisposableSync(join(tmpdir(), "spillway-events-"));
  const seeded = join(folder.path, "seeded.db");
  seedPlatform(seeded);
  const run = async (count: number, bareFirst: boolean): Promise<Round> => {
    using own = mkdtempDisposableSync(join(folder.path, "round-"));
    return await measureRound(own.path, { seeded, events: count, bareFirst });
  };
  await run(Math.min(events, WARM_UP_EVENTS), true);
  const measured: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const figures = figuresOf(await run(events, round % 2 === 1), events);
    measured.push(figures);
    const [real, bare, fold] = [figures.eventsPerSec, figures.barePerSec, figures.foldPerSec].map(Math.round);
    say(`round ${round + 1} of ${rounds}: real ${real}/s, bare ${bare}/s, fold ${fold}/s`);
  }
  const spread = byFigure((name) => {
    const values = measured.map((figures) => figures[name]);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  const medians = byFigure((name) => median(measured.map((figures) => figures[name])));
  return { ...medians, spread, events, batch: BATCH, rounds, users: PLATFORM.users };
}

function figuresOf({ real, bare, fold }: Round, events: number): Figures {
  return {
    eventsPerSec: events / real.wallS,
    barePerSec: events / bare.wallS,
    ratio: bare.wallS / real.wallS,
    foldPerSec: events / fold.wallS,
    cpuMicros: (1e6 * real.cpuS) / events,
    bareCpuMicros: (1e6 * bare.cpuS) / events,
    foldCpuMicros: (1e6 * fold.cpuS) / events,
  };
}

function byFigure<Value>(valueOf: (name: Figure) => Value): Readonly<Record<Figure, Value>> {
  return Object.fromEntries(FIGURES.map((name) => [name, valueOf(name)])) as Record<Figure, Value>;
}
