/** What the origin asks its dry-run process. */
import type { Routing } from "@spillway/shared/routing/routing.ts";

export type DryRunQuestion = {
  readonly routing: Routing;
  /** As if all of the sample came at that instant; undefined: each request at its own. */
  readonly atMs: number | undefined;
};

/** What the process is sent: the question, and where rules, index and sample are. */
export type AskedOfProcess = DryRunQuestion & { readonly databasePath: string };
