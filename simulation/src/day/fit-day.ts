/** Finds surges, habits and thresholds, within plausible ranges, that reproduce the published figures. */
import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { dayModel, FULL_DAY_USERS, type DayParameters } from "./day-model.ts";
import { figuresOf, PUBLISHED, type FigureKey, type Figures } from "./published.ts";
import { simulateDay } from "./simulate-day.ts";

/**
 * The plausible ranges, and the reasons for them:
 * - 30–80 % of users come once in the day, the others 2–8 times. A once-a-day user is 1–5 times as likely to
 *   have come for an event. A visit has 2–8 calls, since many users start what the home page offers first,
 *   and 5–45 s between two calls, the time to look at a page.
 * - A surge is over in about a minute: the mean arrival is after 10–30 s.
 * - Prime time, 5 of 24 hours, has 33–50 % of the calm visits, since all its hours are above the day's mean.
 * - A surge brings 0.5–8 % of the day's users. Hotstar in 2019 had 1.1 M users joining in a minute and, at a
 *   wicket, most of 25 M back on the home page, of some 100 M users that day (G. Kamboj, AWS re:Invent 2019,
 *   CMY302).
 * - A threshold is 1.15–1.8 times the highest calm load, and 1.4–2.5 times in prime time, when events are
 *   expected. With less, calm days spill by chance; with more, most of the capacity is idle every day.
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

/**
 * The deviation that counts as a residual of 1. It is finer than the tolerances, so that the fit lands well
 * inside them.
 */
const FIT_SCALE: Readonly<Record<FigureKey, number>> = {
  fully: 0.0005,
  // This figure is 1 − `fully`, so it adds nothing.
  hit: Infinity,
  none: 0.0003,
  calls: 0.0003,
  primeUsers: 0.005,
  primeHit: 0.001,
  primeCalls: 0.0007,
};
/** How far the fit stays below an upper bound, so that other seeds do not cross it. */
const MARGIN = 0.001;
/**
 * The weight that draws each parameter to the middle of its range. It is small, so that it decides only what
 * the figures leave open.
 */
const REGULARIZATION = 0.2;
/**
 * The step of the finite differences: 4 % of a range at its middle, which is wide enough to exceed the
 * sample's noise.
 */
const DIFFERENCE = 0.16;

const NAMES = Object.keys(RANGES) as (keyof DayParameters)[];

/** Maps any number for each parameter into its range by the logistic function; 0 maps to the middle. */
function parametersAt(logits: readonly number[]): DayParameters {
  const entries = NAMES.map((name, at) => {
    const [least, most] = RANGES[name];
    return [name, least + (most - least) / (1 + Math.exp(-(logits[at] ?? 0)))] as const;
  });
  return Object.fromEntries(entries) as DayParameters;
}

/**
 * The residuals that the fit minimizes: each figure's deviation in units of {@link FIT_SCALE}, and each
 * parameter's distance from the middle.
 */
function residuals(figures: Figures, logits: readonly number[]): number[] {
  const deviations = PUBLISHED.map(({ key, target, tolerance }) => {
    const over = figures[key] - target;
    const deviation = tolerance === undefined ? Math.max(0, over + MARGIN) : over;
    return deviation / FIT_SCALE[key];
  });
  return [...deviations, ...logits.map((logit) => REGULARIZATION * logit)];
}

export type FitOptions = {
  readonly iterations: number;
  /** Returns the figures of a day: {@link sampleFigures}, or a toy in tests. */
  readonly figures: (parameters: DayParameters) => Figures;
};

/** Fits by least squares (Levenberg–Marquardt), starting from the middle of every range. */
export function fitDay({ iterations, figures }: FitOptions): DayParameters {
  const middle = NAMES.map(() => 0);
  const points = residuals(figures(parametersAt(middle)), middle).map((_, at) => at);
  const { parameterValues } = levenbergMarquardt(
    { x: points, y: points.map(() => 0) },
    (logits) => {
      const found = residuals(figures(parametersAt(logits)), logits);
      return (at) => found[at] ?? 0;
    },
    // The damping is strong and decreases slowly, because the library accepts every step, even one that makes
    // the fit worse.
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

/**
 * Returns the fallback's figures for one user in `oneIn`, in slots of as many seconds. Their noise equals
 * that of the full day.
 */
export function sampleFigures(parameters: DayParameters, seed: number, oneIn: number): Figures {
  const model = dayModel(parameters, Math.round(FULL_DAY_USERS / oneIn));
  return figuresOf(simulateDay(model, { seed, slotS: oneIn, utilization: 1, signallessShare: 0 }).fallback);
}
