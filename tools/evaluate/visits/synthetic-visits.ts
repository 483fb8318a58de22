/** Visits of which it is known which signals matter; for tests. */
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { createVisitTable, type Visits, type VisitSignals } from "./visit-table.ts";

export type SyntheticVisit = {
  readonly timeS: number;
  readonly item: string;
  readonly signals: VisitSignals;
};

const START_S = Date.UTC(2026, 5, 1) / 1000;
const HOUR_S = 3600;
const ENTRIES = ["direct", "search", "social"] as const;
const DEVICES = ["desktop", "mobile", "tv"] as const;
const REGIONS = ["DE", "ES", "FR"] as const;

/**
 * Films stay for years: 120 of them over 20 days, by Zipf's law. Each entry path prefers films of its own;
 * device and region say nothing.
 */
export function filmVisits(count: number, seed: number): SyntheticVisit[] {
  const draw = seededRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const entry = pick(ENTRIES, draw);
    const own = ENTRIES.indexOf(entry);
    const rank = zipf(40, draw);
    const film = draw() < 0.7 ? 3 * rank + own : 3 * rank + Math.floor(draw() * 3);
    return {
      timeS: START_S + Math.floor((at / count) * 480 * HOUR_S),
      item: `film-${film}`,
      signals: { ...NO_SIGNALS, entry, device: pick(DEVICES, draw), region: pick(REGIONS, draw) },
    };
  });
}

/**
 * News live for two hours: each hour six new items for each region, read mostly there; entry path and device
 * say nothing.
 */
export function newsVisits(count: number, seed: number): SyntheticVisit[] {
  const draw = seededRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const timeS = START_S + Math.floor((at / count) * 96 * HOUR_S);
    const region = pick(REGIONS, draw);
    const ageHours = -0.7 * Math.log(1 - draw());
    const born = Math.floor(timeS / HOUR_S - Math.min(2, ageHours));
    const about = draw() < 0.8 ? region : pick(REGIONS, draw);
    return {
      timeS,
      item: `news-${born}-${about}-${zipf(6, draw)}`,
      signals: { ...NO_SIGNALS, region, entry: pick(ENTRIES, draw), device: pick(DEVICES, draw) },
    };
  });
}

export function visitsOf(rows: readonly SyntheticVisit[]): Visits {
  const table = createVisitTable();
  for (const { timeS, item, signals } of rows) table.add(timeS, item, signals);
  return table.sorted();
}

function pick<Value>(values: readonly Value[], draw: () => number): Value {
  return values[Math.floor(draw() * values.length)]!;
}

/** 0 … size − 1, the first most often. */
function zipf(size: number, draw: () => number): number {
  return Math.floor(size ** draw()) - 1;
}
