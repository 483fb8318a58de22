/** What the origin asks its dry-run process, and what that answers. */
import type { Routing } from "@spillway/shared/routing/routing.ts";
import type { DryRunResult } from "@spillway/simulation/dry-run/result.ts";

export type DryRunQuestion = {
  readonly routing: Routing;
  /** As if all of the sample came at that instant; undefined: each request at its own. */
  readonly atMs: number | undefined;
};

/** What the process is sent: the question, and where rules, index and sample are. */
export type AskedOfProcess = DryRunQuestion & { readonly databasePath: string };

export type DryRunAnswer =
  | { readonly kind: "done"; readonly result: DryRunResult }
  | { readonly kind: "failed"; readonly reason: string };
