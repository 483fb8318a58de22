/** One minute of what *Now* has shown, in the form in which it is stored. Pure. */
import * as z from "zod/mini";
import { MIX_STEP_MS } from "@spillway/shared/protocol/now-state.ts";
import type { NowMinute } from "@spillway/store/operators/now-history-store.ts";
import { nowMomentSchema, type NowMoment } from "../now-moment.ts";
import { MIX_COLUMNS, type MixCounts, type MixSteps } from "../rung-mix.ts";
import type { KeptSeconds } from "../second-series.ts";
import type { HitsOfMinute } from "./rule-hits.ts";

export const MINUTE_SECONDS = 60;
const STEPS_OF_A_MINUTE = 60_000 / MIX_STEP_MS;

type Facts = Omit<KeptSeconds, "fromMs"> &
  HitsOfMinute & {
    /** In the order of MIX_COLUMNS; null for a step of which nothing was reported. */
    readonly mix: readonly (readonly number[] | null)[];
    /** Ascending; one at least each ten seconds in which the origin ran. */
    readonly moments: readonly NowMoment[];
  };
export type HistoryMinute = Facts & { readonly minute: number };

const figures = z.array(z.number());
const unknowable = z.array(z.nullable(z.number()));

const factsSchema: z.ZodMiniType<Facts> = z.object({
  demand: unknowable,
  offered: figures,
  admitted: figures,
  threshold: unknowable,
  overSinceS: unknowable,
  mix: z.array(z.nullable(figures)),
  pages: z.number(),
  rules: z.array(z.tuple([z.number(), z.string(), z.number()])),
  moments: z.array(nowMomentSchema),
});

export function toStored({ minute, ...facts }: HistoryMinute): NowMinute {
  return { minute, facts: JSON.stringify(facts) };
}

/** A minute whose form is another release's is left out, as if nothing were kept of it. */
export function fromStored(minutes: readonly NowMinute[]): readonly HistoryMinute[] {
  return minutes.flatMap(({ minute, facts }) => {
    const parsed = factsSchema.safeParse(JSON.parse(facts));
    return parsed.success ? [{ minute, ...parsed.data }] : [];
  });
}

/** The steps of a minute as they are stored. */
export function packSteps(minute: number, stepAt: (step: number) => MixCounts | undefined): Facts["mix"] {
  return Array.from({ length: STEPS_OF_A_MINUTE }, (_, at) => {
    const counts = stepAt(minute * STEPS_OF_A_MINUTE + at);
    // A report that covers parts of two steps leaves fractions in both.
    return counts === undefined ? null : MIX_COLUMNS.map((column) => Number(counts[column].toFixed(2)));
  });
}

/** The steps of minutes that have ended by `untilMs`. */
export function stepsOf(minutes: readonly HistoryMinute[], untilMs: number): MixSteps {
  const steps = new Map<number, MixCounts>();
  for (const { minute, mix } of minutes) {
    for (const [at, counts] of mix.entries()) {
      const step = minute * STEPS_OF_A_MINUTE + at;
      if (counts === null || (step + 1) * MIX_STEP_MS > untilMs) continue;
      steps.set(
        step,
        Object.fromEntries(MIX_COLUMNS.map((name, column) => [name, counts[column] ?? 0])) as MixCounts,
      );
    }
  }
  return steps;
}

/** From one second to before another; what no minute tells is null, or 0. */
export function secondsOf(
  minutes: readonly HistoryMinute[],
  fromSecond: number,
  untilSecond: number,
): KeptSeconds {
  const byMinute = new Map(minutes.map((one) => [one.minute, one]));
  const seconds = Array.from({ length: untilSecond - fromSecond }, (_, at) => fromSecond + at);
  const column = <Value>(of: (minute: HistoryMinute) => readonly Value[], unknown: Value): Value[] =>
    seconds.map((second) => {
      const minute = byMinute.get(Math.floor(second / MINUTE_SECONDS));
      return minute === undefined ? unknown : (of(minute)[second % MINUTE_SECONDS] ?? unknown);
    });
  return {
    fromMs: fromSecond * 1000,
    demand: column(({ demand }) => demand, null),
    offered: column(({ offered }) => offered, 0),
    admitted: column(({ admitted }) => admitted, 0),
    threshold: column(({ threshold }) => threshold, null),
    overSinceS: column(({ overSinceS }) => overSinceS, null),
  };
}
