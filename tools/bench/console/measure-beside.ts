/** Individual answers by turns alone and beside something else, in the same run. */
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { median, quantile } from "@spillway/kit/statistics.ts";
import { measureBoth, type Window } from "../origin/measure-window.ts";
import type { BenchOrigin } from "./bench-origin.ts";

export type Measured = Window & {
  /** Of the origin's process, for each second. */
  readonly processorMsASecond: number;
};

export type Ratio = { readonly value: number; readonly low: number; readonly high: number };

export type Beside = {
  /** Medians of the rounds. */
  readonly alone: Measured;
  readonly beside: Measured;
  /** Beside to alone, with its 95 % interval; from sending to the last byte. */
  readonly p99Ratio: Ratio;
  /** The same by the origin's own `Server-Timing`, without the way to it. */
  readonly serverP99Ratio: Ratio;
  /** Of a server that does nothing but answer, which is what the machine alone makes of it. */
  readonly bareP99Ratio: Ratio;
  readonly rounds: number;
};

export type BesideOptions = {
  readonly rounds: number;
  /** Requests a second, to each server. */
  readonly rate: number;
  /** Of each window. */
  readonly seconds: number;
  readonly what: string;
  /** Begins what is measured beside; it ends on disposal. */
  readonly during: () => Promise<AsyncDisposable>;
  readonly say: (line: string) => void;
};

const WARM_UP_S = 3;
const RESAMPLES = 2000;

export async function measureBeside(origin: BenchOrigin, options: BesideOptions): Promise<Beside> {
  const { rounds, rate, seconds, what, during, say } = options;
  const { url, bareUrl, users } = origin;
  const measure = async (forS: number): Promise<Measured> => {
    const [startMs, beforeMs] = [performance.now(), await origin.processorMs()];
    const window = await measureBoth({ origin: url, bare: bareUrl, users, rate, isOver: after(forS) });
    const lastedS = (performance.now() - startMs) / 1000;
    return { ...window, processorMsASecond: ((await origin.processorMs()) - beforeMs) / lastedS };
  };
  const measureDuring = async (): Promise<Measured> => {
    await using _running = await during();
    return await measure(seconds);
  };
  await measure(WARM_UP_S);
  const alone: Measured[] = [];
  const beside: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Whoever comes second has the warmer machine.
    const isAloneFirst = round % 2 === 0;
    if (isAloneFirst) alone.push(await measure(seconds));
    beside.push(await measureDuring());
    if (!isAloneFirst) alone.push(await measure(seconds));
  }
  const of = (figure: keyof Measured) => ratioOf(alone, beside, figure);
  const p99Ratio = of("p99Ms");
  say(`${rounds} rounds: p99 beside ${what} ${p99Ratio.value.toFixed(2)} times that alone`);
  return {
    alone: mediansOf(alone),
    beside: mediansOf(beside),
    p99Ratio,
    serverP99Ratio: of("serverP99Ms"),
    bareP99Ratio: of("bareP99Ms"),
    rounds,
  };
}

/** The interval is by the bootstrap over rounds (B. Efron, 1979): their windows stand side by side in time. */
function ratioOf(alone: readonly Measured[], beside: readonly Measured[], figure: keyof Measured): Ratio {
  const ratio = (rounds: readonly number[]): number => {
    const medianOf = (windows: readonly Measured[]) =>
      median(rounds.map((round) => windows[round]?.[figure] ?? Number.NaN));
    return medianOf(beside) / medianOf(alone);
  };
  const all = alone.map((_, round) => round);
  const draw = seededRandom(1);
  const drawn = Array.from({ length: RESAMPLES }, () =>
    ratio(all.map(() => Math.floor(draw() * all.length))),
  );
  return { value: ratio(all), low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

function mediansOf(windows: readonly Measured[]): Measured {
  const of = (figure: keyof Measured): number => median(windows.map((window) => window[figure]));
  return {
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    serverP50Ms: of("serverP50Ms"),
    serverP99Ms: of("serverP99Ms"),
    maxMs: of("maxMs"),
    bareP50Ms: of("bareP50Ms"),
    bareP99Ms: of("bareP99Ms"),
    answers: of("answers"),
    processorMsASecond: of("processorMsASecond"),
  };
}

function after(seconds: number): () => boolean {
  const untilMs = performance.now() + 1000 * seconds;
  return () => performance.now() > untilMs;
}
