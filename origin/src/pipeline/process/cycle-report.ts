/** The report of a refresh cycle, for the log, the metrics, and whoever ran it. */
import type { Guard } from "@spillway/model/trainers/guard.ts";
import type { PackReport } from "../publish/publish-packs.ts";
import type { PublishReport } from "../publish/publish.ts";

export const CYCLE_STAGES = ["fold", "read", "train", "cluster", "pages", "publish", "packs"] as const;
export type CycleStage = (typeof CYCLE_STAGES)[number];

export const STAGE_TITLES: Readonly<Record<CycleStage, string>> = {
  fold: "folding events",
  read: "reading the audience",
  train: "training the model",
  cluster: "learning clusters",
  pages: "building pages",
  publish: "publishing to KV",
  packs: "packing model and catalogue",
};

export type CycleReport = PublishReport &
  PackReport & {
    readonly generation: number;
    readonly reason: string;
    /**
     * `full`: the cycle learned anew. `followed`: clusters stayed, their means and sizes followed who had moved.
     * `pages`: it built pages with what an earlier cycle had learned.
     */
    readonly kind: "full" | "followed" | "pages";
    readonly eventsFolded: number;
    /** How many old events were deleted. */
    readonly eventsPruned: number;
    readonly users: number;
    /** Profiles that have come, changed or gone since the last cycle and while this one read. */
    readonly profilesMoved: number;
    /** Clusters that got new scores, and so all their pages. */
    readonly clustersRenewed: number;
    /** Where a pass over everybody was compared with the sums that followed them: how many clusters' differed. */
    readonly clustersDifferent?: number;
    readonly items: number;
    /**
     * Items that are new, gone or changed since the last cycle, in what pages show of them or in which
     * carousels they may stand.
     */
    readonly itemsChanged: number;
    readonly clusters: number;
    readonly pagesBuilt: number;
    readonly pagesChanged: number;
    /**
     * Pages that were left as they are, since a new layout would be hardly better (model/pages/keep-page.ts).
     */
    readonly pagesKept: number;
    readonly trainer: string;
    /** Why a full cycle trained the model, or did not. */
    readonly training?: string;
    /** How a new model was judged beside the one in force, when there was one. */
    readonly guard?: Guard;
    /** The wall time of each stage; `learn` is the sum of read, train and cluster. */
    readonly seconds: Readonly<Record<CycleStage | "learn", number>>;
    /** The two parts of the stage `pages`, summed over threads. */
    readonly threadSeconds: { readonly products: number; readonly pages: number };
    /**
     * How many clusters' pages were last known to be current at which time, in milliseconds since 1970, the
     * oldest first.
     */
    readonly confirmed: readonly { readonly atMs: number; readonly clusters: number }[];
  };

export function groupConfirmed(confirmedMs: Float64Array): CycleReport["confirmed"] {
  const counts = new Map<number, number>();
  for (const atMs of confirmedMs.toSorted()) counts.set(atMs, (counts.get(atMs) ?? 0) + 1);
  return Array.from(counts, ([atMs, clusters]) => ({ atMs, clusters }));
}
