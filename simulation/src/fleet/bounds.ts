/** The bounds that a run promises to keep, and the check whether it did. */
import { ARMED_BUDGET_S } from "@spillway/shared/admission/armed-budget.ts";
import type { Figures } from "./figures.ts";

export type Verdict = {
  readonly figure: string;
  readonly measured: number;
  readonly most?: number;
  readonly least?: number;
  /** The narrower bound that is aimed at. */
  readonly aim: number | undefined;
  readonly unit: "T" | "s of T" | "share" | "s" | "";
  readonly ok: boolean;
};

type Bound = Omit<Verdict, "measured" | "ok"> & { readonly of: (figures: Figures) => number | null };

/** These bounds hold for every scenario. The gate promises T + max(1, 0.05 T). */
function always(thresholdPerSec: number): Bound[] {
  return [
    {
      figure: "personalized, worst second",
      of: (f) => f.personalizedPeak1s,
      most: 1 + Math.max(1 / thresholdPerSec, 0.05),
      aim: 1 + Math.max(1 / thresholdPerSec, 0.02),
      unit: "T",
    },
    { figure: "failed responses", of: (f) => f.failed, most: 0, aim: 0, unit: "" },
  ];
}

/** Below this threshold a second holds so few requests that the other figures are chance. */
const MIN_THRESHOLD = 100;

const OFFERED: Bound = {
  figure: "offered to the origin, worst second",
  of: (f) => f.offeredPeak1s,
  most: 5,
  aim: 3,
  unit: "T",
};

/** Of a kick-off that is expected. */
const ARMED: readonly Bound[] = [
  { ...OFFERED, most: 1.5, aim: 1.1 },
  {
    figure: "needless pages while armed",
    of: (f) => f.armedNeedlessS,
    most: ARMED_BUDGET_S * 1.25,
    aim: ARMED_BUDGET_S,
    unit: "s of T",
  },
];

const KICKOFF: readonly Bound[] = [
  { figure: "offered, steady", of: (f) => f.offeredSteady, most: 1, aim: 1, unit: "T" },
  { figure: "utilization while over", of: (f) => f.utilization, least: 0.9, aim: 0.97, unit: "share" },
  { figure: "recovery after the wall", of: (f) => f.recoveryS, most: 3, aim: 1.5, unit: "s" },
];

const OUTAGE: readonly Bound[] = [
  {
    figure: "probes of a dead origin",
    of: (f) => f.probesOfThreshold,
    most: 0.01,
    aim: undefined,
    unit: "T",
  },
  { figure: "recovery after the return", of: (f) => f.recoveryS, most: 5, aim: undefined, unit: "s" },
];

/** A base load of nine tenths of T leaves more to chance than a base load of half of it. */
function needlessSpill(base: number): Bound {
  const [most, aim] = base > 0.5 ? [0.025, 0.005] : [0.003, 0.0005];
  return { figure: `needless spill at ${base} T`, of: (f) => f.needlessSpill, most, aim, unit: "share" };
}

/** Checks every bound that applies to the run. `base` is the load before the spike, in T. */
export function checkBounds(figures: Figures, base: number): Verdict[] {
  const { scenario, thresholdPerSec } = figures;
  const isArmed = figures.armedNeedlessS !== null;
  const isKickoff = scenario === "kickoff" && thresholdPerSec >= MIN_THRESHOLD;
  const bounds = [
    ...always(thresholdPerSec),
    ...(isKickoff ? [...(isArmed ? ARMED : [OFFERED]), ...KICKOFF] : []),
    ...(isKickoff && !isArmed && base <= 0.9 ? [needlessSpill(base)] : []),
    ...(scenario === "origin-down" ? OUTAGE : []),
  ];
  return bounds.flatMap(({ of, ...bound }) => {
    const measured = of(figures);
    if (measured === null) return [];
    // The figures are whole requests divided by T, so a tiny excess is a rounding error.
    const ok = measured <= (bound.most ?? Number.POSITIVE_INFINITY) + 1e-9 && measured >= (bound.least ?? 0);
    return [{ ...bound, measured, ok }];
  });
}
