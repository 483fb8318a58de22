/** What building pages needs: what it works with, and what a cycle hands it. */
import type { Learned } from "@spillway/model/clusters/learned.ts";
import type { PageShape } from "@spillway/model/pages/carousels.ts";
import type { RefreshState } from "@spillway/model/pages/refresh-state.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import type { EngagementUpdate } from "../ingest/update-engagement.ts";
import type { Standing } from "./standing.ts";
import type { Database } from "@spillway/store/database.ts";

export type BuildDeps = {
  readonly database: Database;
  readonly pool: WorkerPool;
  readonly now: () => number;
  readonly shape: PageShape;
  /** Called after every few pages. It may throw to stop the build. */
  readonly onPages: (built: number, total: number) => void;
};

/** What a cycle leaves of its pages for the next one. */
export type PagesState = RefreshState & { readonly standing: Standing };

export type BuildInput = {
  readonly generation: number;
  readonly catalogue: readonly CatalogueEntry[];
  /** When the cycle began, by the real clock. */
  readonly startedMs: number;
  /** The instant that pages are built for, by the content's clock. */
  readonly contentNowMs: number;
  readonly learned: Learned;
  /** What visitors did on their clusters' pages. A refresh of pages does not look at it. */
  readonly engagement: EngagementUpdate | undefined;
  readonly trainedMs: number;
  /**
   * What the cycle that learned `learned` left: only pages of moved clusters, and those that changed items
   * touch, are built. It is undefined in a full cycle, which has just learned and builds every page.
   */
  readonly refreshState: PagesState | undefined;
  /** 1 for clusters whose means have moved since their pages were built; a full cycle builds all. */
  readonly moved: Uint8Array | undefined;
};
