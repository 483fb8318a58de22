/**
 * The cold table's rows from what each visitor got: means, lift over the generic page, what all signals add.
 * Pure.
 */
import { meanMetrics, type Metrics } from "../warm/metrics.ts";
import { interval95, resampledMeans, type Interval } from "./bootstrap.ts";

/** The signals that a request tells. */
export const REQUEST_SIGNALS = ["team", "entry", "campaign", "event", "device", "region"] as const;

export type ColdRow = Metrics & {
  readonly model:
    | "generic"
    | (typeof REQUEST_SIGNALS)[number]
    | "all"
    | `${"generic" | "all"}-rebuilt-${number}m`;
  /** Clusters that the visitors came to. */
  readonly clusters: number;
  /** The gain in NDCG@10 as a share of generic's, with its 95 % confidence interval. */
  readonly liftOverGeneric: number;
  readonly ciLow: number;
  readonly ciHigh: number;
  /** On visits of one's own: how often the pages are rebuilt, and how many hours of plays they count. */
  readonly rebuiltMinutes?: number;
  readonly windowHours?: number;
  /** NDCG@10 of all signals − this row's, with its 95 % confidence interval. */
  readonly allMinusThis: { readonly mean: number } & Interval;
};

/** One row's outcome, `metrics` by visitor. */
export type Served = Pick<ColdRow, "model" | "clusters" | "rebuiltMinutes" | "windowHours"> & {
  readonly metrics: readonly Metrics[];
};

/** `served`: among them the generic page and all signals; the same visitors in each. */
export function compareRows(
  served: readonly Served[],
  seed: number,
  resample: typeof resampledMeans = resampledMeans,
): ColdRow[] {
  const resampled = resample(
    served.map(({ metrics }) => Float64Array.from(metrics, ({ ndcg10 }) => ndcg10)),
    seed,
  );
  const outcomes = served.map(({ metrics, ...told }, at) => ({
    ...told,
    mean: meanMetrics(metrics),
    drawn: resampled[at] ?? new Float64Array(0),
  }));
  const generic = outcomes.find(({ model }) => model === "generic");
  const all = outcomes.find(({ model }) => model === "all");
  if (generic === undefined || all === undefined) return [];
  return outcomes.map(({ mean, drawn, ...told }) => {
    const lift = interval95(drawn.map((own, at) => own / (generic.drawn[at] ?? Number.NaN) - 1));
    return {
      ...told,
      ...mean,
      liftOverGeneric: mean.ndcg10 / generic.mean.ndcg10 - 1,
      ciLow: lift.low,
      ciHigh: lift.high,
      allMinusThis: {
        mean: all.mean.ndcg10 - mean.ndcg10,
        ...interval95(drawn.map((own, at) => (all.drawn[at] ?? Number.NaN) - own)),
      },
    };
  });
}
