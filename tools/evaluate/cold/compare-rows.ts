/**
 * The cold table's rows from what each visitor got: means, lift over the generic page, what all signals add.
 * Pure.
 */
import { meanMetrics, type Metrics } from "../warm/metrics.ts";
import { interval95, resampledMeans, type Interval } from "./bootstrap.ts";

/** The signals that a request tells. */
export const REQUEST_SIGNALS = ["team", "entry", "campaign", "event", "device", "region"] as const;

export type ColdRow = Metrics & {
  readonly model: "generic" | (typeof REQUEST_SIGNALS)[number] | "all";
  /** Clusters that the visitors came to. */
  readonly clusters: number;
  /** The gain in NDCG@10 as a share of generic's, with its 95 % confidence interval. */
  readonly liftOverGeneric: number;
  readonly ciLow: number;
  readonly ciHigh: number;
  /** NDCG@10 of all signals − this row's, with its 95 % confidence interval. */
  readonly allMinusThis: { readonly mean: number } & Interval;
};

/** One row's outcome, `metrics` by visitor. */
export type Served = Pick<ColdRow, "model" | "clusters"> & { readonly metrics: readonly Metrics[] };

/** `served`: the generic page first, all signals last; the same visitors in each. */
export function compareRows(served: readonly Served[], seed: number): ColdRow[] {
  const resampled = resampledMeans(
    served.map(({ metrics }) => Float64Array.from(metrics, ({ ndcg10 }) => ndcg10)),
    seed,
  );
  const outcomes = served.map(({ model, clusters, metrics }, at) => ({
    model,
    clusters,
    mean: meanMetrics(metrics),
    drawn: resampled[at] ?? new Float64Array(0),
  }));
  const [generic, all] = [outcomes[0], outcomes.at(-1)];
  if (generic === undefined || all === undefined) return [];
  return outcomes.map(({ model, clusters, mean, drawn }) => {
    const lift = interval95(drawn.map((own, at) => own / (generic.drawn[at] ?? Number.NaN) - 1));
    return {
      model,
      clusters,
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
