/** Finds surges, habits and thresholds, within plausible ranges, under which the published figures come out. */
import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { dayModel, FULL_DAY_USERS, type DayParameters } from "./day-model.ts";
import { figuresOf, PUBLISHED, type FigureKey, type Figures } from "./published.ts";
import { simulateDay } from "./simulate-day.ts";

/**
 * What is plausible, and why:
 * - 30–80 % of users come once in the day, the others 2–8 times; who comes once is 1–5 times as likely to have come for an
 *   event. A visit is 2–8 calls, for many start what the home page offers first; one each 5–45 s, the time to look at
 *   a page.
 * - A surge is over in a minute or so: mean arrival after 10–30 s.
 * - Prime time, 5 of 24 hours, has 33–50 % of the calm visits: all its hours are above the day's mean.
 * - A surge brings 0.5–8 % of the day's users. Hotstar in 2019 had 1.1 M joining in a minute and, at a wicket, most of
 *   25 M back on the home page, of some 100 M users that day (G. Kamboj, AWS re:Invent 2019, CMY302).
 * - A threshold stands 1.15–1.8 times above the highest calm load, in prime time 1.4–2.5 times, for events are expected
 *   then: with less, calm days spill by chance; with more, most of the capacity stands idle every day.
 */
export const RANGES: Readonly<Record<keyof DayParameters, readonly [least: number, most: number]>> = {
  oneVisitShare: [0.3, 0.8],
  regularVisits: [2, 8],
  oneVisitSurgeFactor: [1, 5],
  callsPerVisit: [2, 8],
  gapS: [5, 45],
  surgeMeanS: [10, 30],
  primeShare: [0.33, 0.5],
  overnightSurge: [0.005, 0.08],
  daytimeSurge: [0.005, 0.08],
  primeSurge: [0.005, 0.08],
  overnightHeadroom: [1.15, 1.8],
  daytimeHeadroom: [1.15, 1.8],
  primeHeadroom: [1.4, 2.5],
};

/** What counts as a miss of 1: finer than the tolerances, so that the fit lands well inside them. */
const FIT_SCALE: Readonly<Record<FigureKey, number>> = {
  fully: 0.0005,
  // Says what `fully` says.
  hit: Infinity,
  none: 0.0003,
  calls: 0.0003,
  primeUsers: 0.005,
  primeHit: 0.001,
  primeCalls: 0.0007,
};
/** The fit stays this much below an upper bound, so that other seeds do not cross it. */
const CLEARANCE = 0.001;
/** Pulls each parameter to the middle of its range, weakly: it decides only what the figures leave open. */
const PULL = 0.2;
/** The step of finite differences: 4 % of a range in its middle, enough to stand out of the sample's noise. */
const DIFFERENCE = 0.16;

const NAMES = Object.keys(RANGES) as (keyof DayParameters)[];

/** `places`: any number for each parameter; the logistic function takes it into the range, 0 to its middle. */
function parametersAt(places: readonly number[]): DayParameters {
  const entries = NAMES.map((name, at) => {
    const [least, most] = RANGES[name];
    return [name, least + (most - least) / (1 + Math.exp(-(places[at] ?? 0)))] as const;
  });
  return Object.fromEntries(entries) as DayParameters;
}

/** What the fit brings to zero: each figure's miss in units of {@link FIT_SCALE}, and each parameter's pull. */
function residuals(figures: Figures, places: readonly number[]): number[] {
  const misses = PUBLISHED.map(({ key, target, tolerance }) => {
    const over = figures[key] - target;
    const miss = tolerance === undefined ? Math.max(0, over + CLEARANCE) : over;
    return miss / FIT_SCALE[key];
  });
  return [...misses, ...places.map((place) => PULL * place)];
}

export type FitOptions = {
  readonly iterations: number;
  /** The figures of a day: {@link sampleFigures}, or a toy. */
  readonly figures: (parameters: DayParameters) => Figures;
};

/** Least squares by Levenberg and Marquardt, from the middle of every range. */
export function fitDay({ iterations, figures }: FitOptions): DayParameters {
  const middle = NAMES.map(() => 0);
  const points = residuals(figures(parametersAt(middle)), middle).map((_, at) => at);
  const { parameterValues } = levenbergMarquardt(
    { x: points, y: points.map(() => 0) },
    (places) => {
      const found = residuals(figures(parametersAt(places)), places);
      return (at) => found[at] ?? 0;
    },
    // Strong damping, let down slowly: the library takes every step, also one that leads astray.
    {
      initialValues: middle,
      gradientDifference: DIFFERENCE,
      maxIterations: iterations,
      damping: 10,
      dampingStepUp: 4,
      dampingStepDown: 2,
    },
  );
  return parametersAt(parameterValues);
}

/** The fallback's figures from one user in `oneIn`, in slots of as many seconds: as noisy as the full day is. */
export function sampleFigures(parameters: DayParameters, seed: number, oneIn: number): Figures {
  const model = dayModel(parameters, Math.round(FULL_DAY_USERS / oneIn));
  return figuresOf(simulateDay(model, { seed, slotS: oneIn, utilization: 1, signallessShare: 0 }).fallback);
}
