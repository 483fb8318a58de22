/**
 * First visits on one's own data: what a page by the request's signals gains over the most played, as it
 * would have been.
 */
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { compareRows, REQUEST_SIGNALS, type ColdRow, type Served } from "../cold/compare-rows.ts";
import { DataError } from "../errors.ts";
import { meanMetrics } from "../warm/metrics.ts";
import { blockMeans } from "./block-bootstrap.ts";
import { firstFrom, replay, type Pages } from "./replay.ts";
import type { Visits } from "./visit-table.ts";
import { ALL_SIGNALS, divisionBy, everybody, type Division } from "./visit-tree.ts";

/** How often pages are rebuilt: a row of its own each. The rows by signal are of the last one. */
export const REBUILD_MINUTES = [1, 5, 15, 60] as const;
const BASE_MINUTES = 60;
const MINUTE_S = 60;
const HOUR_S = 3600;
/** How far back plays may count. The one that is best on earlier visits is taken. */
const WINDOWS_S = [
  ...[5, 15, 30].map((minutes) => minutes * MINUTE_S),
  ...[1, 3, 6, 12, 24, 72, 168, 672, 2160, 8760].map((hours) => hours * HOUR_S),
];
/**
 * How much the parent's page counts for in a cluster's, as a part of what the tree found; chosen likewise for
 * each row. Much where a signal goes with the time of the day and not with taste, little where items live for
 * an hour.
 */
const PRIOR_PARTS = [1, 0.3, 0.1, 0.03, 0.01, 10, 100] as const;
/**
 * Of all visits, in the order of time: the tree is learned from the first, settings are chosen on the next,
 * the rest is tested.
 */
const LEARNED = 0.5;
const CHOSEN = 0.7;
/** So many visits are replayed at most, spread evenly over their time. */
const MAX_REPLAYED = 20_000;
const MAX_CHOSEN_ON = 5000;
const LEAST_VISITS = 200;
const BLOCKS = 100;

export type VisitResult = {
  readonly rows: readonly ColdRow[];
  readonly visits: number;
  readonly items: number;
  readonly learnedFrom: number;
  readonly tested: number;
  readonly firstS: number;
  readonly testedFromS: number;
  readonly lastS: number;
  /** Hours of plays that count, by minutes between rebuilds. */
  readonly windowHours: Readonly<Record<string, number>>;
};

export type VisitOptions = {
  readonly seed: number;
  readonly onProgress?: (step: string, done: number, total: number) => void;
};

/** Throws a {@link DataError} where there is too little to learn from or to test on. */
export function visitRows(visits: Visits, { seed, onProgress }: VisitOptions): VisitResult {
  const { timesS } = visits;
  const size = timesS.length;
  const chosenFrom = firstFrom(timesS, timesS[Math.floor(size * LEARNED)] ?? 0);
  const testedFrom = firstFrom(timesS, timesS[Math.floor(size * CHOSEN)] ?? 0);
  if (size < LEAST_VISITS || chosenFrom === 0 || testedFrom === chosenFrom) {
    throw new DataError(
      `${size} visits from ${instant(timesS[0])} to ${instant(timesS[size - 1])}: too few, or at too few times, to learn from the earlier ones and to test on the later`,
    );
  }
  const steps = REBUILD_MINUTES.length + 1 + REQUEST_SIGNALS.length + 1 + 2 * REBUILD_MINUTES.length;
  let done = 0;
  const tell = (): void => onProgress?.("visits", (done += 1), steps);

  const draw = seededRandom(seed);
  const choice = spread(chosenFrom, testedFrom, MAX_CHOSEN_ON, draw);
  const root = everybody(visits);
  const pagesOf = new Map<number, Pages>();
  for (const minutes of REBUILD_MINUTES) {
    pagesOf.set(minutes, bestWindow(visits, root, minutes * MINUTE_S, choice));
    tell();
  }
  const base = pagesOf.get(BASE_MINUTES)!;

  const sample = spread(testedFrom, size, MAX_REPLAYED, draw);
  const known = new Map<number, Served["metrics"]>();
  const metricsBy = (division: Division, pages: Pages): Served["metrics"] => {
    if (division.parents.length > 1) return replay(visits, division, pages, sample);
    // No split: everybody gets the generic page.
    const metrics = known.get(pages.everyS) ?? replay(visits, root, pages, sample);
    known.set(pages.everyS, metrics);
    return metrics;
  };
  const serve = (model: ColdRow["model"], division: Division, pages: Pages): Served => {
    const metrics = metricsBy(division, pages);
    tell();
    const clusters = new Set(Array.from(sample, (visit) => division.nodeOf[visit]!)).size;
    return {
      model,
      clusters,
      metrics,
      rebuiltMinutes: pages.everyS / MINUTE_S,
      windowHours: pages.windowS / HOUR_S,
    };
  };
  const learned = (signals: typeof ALL_SIGNALS): Division =>
    withPriors(
      divisionBy(signals, visits, testedFrom),
      bestPrior(visits, divisionBy(signals, visits, chosenFrom), base, choice),
    );
  const all = learned(ALL_SIGNALS);
  const served = [
    serve("generic", root, base),
    ...REQUEST_SIGNALS.map((signal) => serve(signal, learned([signal]), base)),
    serve("all", all, base),
    ...[...pagesOf].flatMap(([minutes, pages]) => [
      serve(`generic-rebuilt-${minutes}m`, root, pages),
      serve(`all-rebuilt-${minutes}m`, all, pages),
    ]),
  ];
  const blocks = blocksOf(visits.timesS, sample);
  return {
    rows: compareRows(served, seed, (rows, own) => blockMeans(rows, blocks, own)),
    visits: size,
    items: visits.itemCount,
    learnedFrom: testedFrom,
    tested: sample.length,
    firstS: timesS[0]!,
    testedFromS: timesS[testedFrom]!,
    lastS: timesS[size - 1]!,
    windowHours: Object.fromEntries(
      [...pagesOf].map(([minutes, { windowS }]) => [minutes, windowS / HOUR_S]),
    ),
  };
}

/** What was most played everywhere shows best with this window, on visits that are not tested. */
function bestWindow(visits: Visits, root: Division, everyS: number, choice: Uint32Array): Pages {
  const pastS = visits.timesS[choice[0] ?? 0]! - visits.timesS[0]!;
  // One window longer than the past counts all of it.
  const longest = WINDOWS_S.findIndex((windowS) => windowS >= pastS);
  const windows = longest < 0 ? WINDOWS_S : WINDOWS_S.slice(0, longest + 1);
  return best(
    windows.map((windowS): Pages => ({ everyS, windowS })),
    (pages) => meanMetrics(replay(visits, root, pages, choice)).ndcg10,
  );
}

function bestPrior(visits: Visits, division: Division, pages: Pages, choice: Uint32Array): number {
  if (division.parents.length === 1) return 1;
  return best(
    PRIOR_PARTS,
    (part) => meanMetrics(replay(visits, withPriors(division, part), pages, choice)).ndcg10,
  );
}

function withPriors(division: Division, part: number): Division {
  return { ...division, priors: division.priors.map((prior) => prior * part) };
}

/** The one of the highest worth; of equals, the first. */
function best<Choice>(choices: readonly Choice[], worthOf: (choice: Choice) => number): Choice {
  const worths = choices.map(worthOf);
  return choices[worths.indexOf(Math.max(...worths))]!;
}

/** At most `most` of the visits from … to − 1, spread evenly, each drawn from its own stretch. */
function spread(from: number, to: number, most: number, draw: () => number): Uint32Array {
  const count = Math.min(most, to - from);
  const stretch = (to - from) / count;
  return Uint32Array.from({ length: count }, (_, at) =>
    Math.min(to - 1, from + Math.floor((at + (stretch > 1 ? draw() : 0)) * stretch)),
  );
}

/** Blocks of an hour, or shorter ones where there would be fewer than {@link BLOCKS}. */
function blocksOf(timesS: Uint32Array, sample: Uint32Array): Uint32Array {
  const firstS = timesS[sample[0] ?? 0]!;
  const spanS = timesS[sample.at(-1) ?? 0]! - firstS;
  const blockS = Math.max(1, Math.min(HOUR_S, spanS / BLOCKS));
  const blocks = new Map<number, number>();
  return sample.map((visit) => {
    const block = Math.floor((timesS[visit]! - firstS) / blockS);
    if (!blocks.has(block)) blocks.set(block, blocks.size);
    return blocks.get(block)!;
  });
}

function instant(timeS: number | undefined): string {
  return timeS === undefined ? "none" : new Date(timeS * 1000).toISOString();
}
