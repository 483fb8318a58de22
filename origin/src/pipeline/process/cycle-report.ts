/** What a refresh cycle says of itself: to the log, to /metrics, and to whoever ran it. */
import type { PublishReport } from "../publish/publish.ts";

export const CYCLE_STAGES = ["fold", "read", "train", "cluster", "pages", "publish"] as const;
export type CycleStage = (typeof CYCLE_STAGES)[number];

export const STAGE_TITLES: Readonly<Record<CycleStage, string>> = {
  fold: "folding events",
  read: "reading the audience",
  train: "training the model",
  cluster: "learning clusters",
  pages: "building pages",
  publish: "publishing to KV",
};

export type CycleReport = PublishReport & {
  readonly generation: number;
  readonly reason: string;
  /** Learned anew, or pages alone with what the last cycle learned. */
  readonly kind: "full" | "pages";
  readonly eventsFolded: number;
  readonly users: number;
  readonly items: number;
  /**
   * Items that are new, changed or gone since the last cycle, in what pages show or in where they may stand.
   */
  readonly itemsChanged: number;
  readonly clusters: number;
  readonly pagesBuilt: number;
  readonly pagesChanged: number;
  /** Pages that would be laid out otherwise today, but hardly better, and stay (keep-page.ts). */
  readonly pagesKept: number;
  readonly trainer: string;
  /** Of a full cycle: why the model was trained, or was not. */
  readonly training?: string;
  /** Wall time by stage; `learn` is read, train and cluster together. */
  readonly seconds: Readonly<Record<CycleStage | "learn", number>>;
  /** Summed over threads: the two halves of the stage `pages`. */
  readonly threadSeconds: { readonly products: number; readonly pages: number };
  /**
   * Clusters by when all their pages were last known to be current, milliseconds since 1970, oldest first.
   */
  readonly confirmed: readonly { readonly atMs: number; readonly clusters: number }[];
};

export function groupConfirmed(confirmedMs: Float64Array): CycleReport["confirmed"] {
  const counts = new Map<number, number>();
  for (const atMs of confirmedMs.toSorted()) counts.set(atMs, (counts.get(atMs) ?? 0) + 1);
  return Array.from(counts, ([atMs, clusters]) => ({ atMs, clusters }));
}
