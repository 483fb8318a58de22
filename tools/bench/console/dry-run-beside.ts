/** A dry run of the console on the origin's own sample: how long it takes, and what it costs the answers beside it. */
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { DEVICES, ENTRY_PATHS, NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { median } from "@spillway/kit/statistics.ts";
import type { BenchOrigin } from "./bench-origin.ts";
import { measureBeside, type Beside } from "./measure-beside.ts";

export type DryRunBeside = Beside & {
  /** From the question to its answer, while individual answers are measured. */
  readonly dryRunS: number;
  readonly dryRuns: number;
};

const MINUTES_A_DAY = 1440;
const MINUTE_MS = 60_000;
const TEAMS = ["none", "ESP", "BEL", "FRA", "MAR"] as const;
const FILE = `time_zone = "UTC"

[[bands]]
name = "all day"
from = "00:00"
threshold_per_s = 1000000

[[rules]]
name = "fans by link"
if = 'team in ["ESP", "BEL"] && entry == "social"'
then = "tailored"
share = 0.5

[[rules]]
name = "televisions"
when = { device = "tv" }
then = "generic"
`;

export async function measureDryRun(
  origin: BenchOrigin,
  options: {
    readonly tuples: number;
    readonly rounds: number;
    readonly rate: number;
    readonly window: number;
  },
  say: (line: string) => void,
): Promise<DryRunBeside> {
  const { tuples, rounds, rate, window: seconds } = options;
  await storeSample(origin, tuples);
  const tookS: number[] = [];
  const during = async (): Promise<AsyncDisposable> => {
    const over = new AbortController();
    const running = tryUntil(origin, over.signal, tookS);
    // Its process has begun.
    await sleep(100);
    return {
      [Symbol.asyncDispose]: async () => {
        over.abort();
        await running;
      },
    };
  };
  const beside = await measureBeside(origin, { rounds, rate, seconds, what: "dry runs", during, say });
  return { ...beside, dryRunS: median(tookS), dryRuns: tookS.length };
}

/** One after the other; the last one is waited for. */
async function tryUntil(origin: BenchOrigin, over: AbortSignal, tookS: number[]): Promise<void> {
  while (!over.aborted) tookS.push(await tryOnce(origin));
}

/** In seconds. */
async function tryOnce({ url, cookie }: BenchOrigin): Promise<number> {
  const startMs = performance.now();
  const response = await fetch(`${url}/routing/try`, {
    method: "POST",
    headers: { cookie, "Spillway-Console": "1", origin: url, "content-type": "application/toml" },
    body: FILE,
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`POST /routing/try answered ${response.status}: ${text}`);
  return (performance.now() - startMs) / 1000;
}

/** A day that is over, as the origin itself keeps it. */
async function storeSample({ database }: BenchOrigin, count: number): Promise<void> {
  const day = Math.floor(Date.now() / MINUTE_MS / MINUTES_A_DAY) - 1;
  const draw = seededRandom(1);
  const tuples = Array.from({ length: count }, () => tupleOf(day * MINUTES_A_DAY, draw)).toSorted(
    (a, b) => a.minute - b.minute,
  );
  const about = {
    day,
    source: "recorded",
    tuples: count,
    weight: tuples.reduce((sum, { weight }) => sum + weight, 0),
    withheld: 0,
    complete: true,
    storedMs: Date.now(),
  } as const;
  await sqliteOperatorStore(database).samples.put([{ about, tuples }]);
}

function tupleOf(firstMinute: number, draw: () => number): DecisionTuple {
  const pick = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[Math.floor(draw() ** 1.7 * values.length)] ?? values[0];
  return {
    minute: firstMinute + Math.floor(draw() * MINUTES_A_DAY),
    context: "homepage",
    signals: {
      ...NO_SIGNALS,
      team: pick(TEAMS),
      entry: pick(ENTRY_PATHS),
      device: pick(DEVICES),
    },
    country: "ES",
    band: "all day",
    as: "individual",
    reason: "admitted",
    cluster: undefined,
    rule: undefined,
    version: 1,
    holdout: false,
    known: draw() < 0.6,
    weight: 1 + 4 * draw(),
  };
}
