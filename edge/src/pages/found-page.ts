/** What a rung of the ladder hands to the response. */
import type { Candidates } from "@spillway/model/packs/candidates.ts";
import type { Cluster } from "@spillway/shared/clusters/cluster-index.ts";
import type { Restriction } from "@spillway/shared/protocol/restrictions.ts";
import type { Carrier } from "@spillway/shared/routing/carriers.ts";
import type { ServedAs } from "@spillway/shared/protocol/served.ts";

export type FoundPage = {
  readonly as: Exclude<ServedAs, "individual">;
  readonly body: Uint8Array;
  /** The hash of the content, for the ETag. */
  readonly contentHash: string;
  /** Absent on the builtin page. */
  readonly cluster?: string;
  readonly generation?: number;
  readonly builtAtMs?: number;
  /** What the page shows and what comes next, for tailoring. */
  readonly candidates?: Candidates | undefined;
  /** The different restrictions of its items; none where all are for everybody. */
  readonly restrictions?: readonly Restriction[];
  /** The cluster whose page stands in where nothing of this one may be shown. */
  readonly above?: Cluster | undefined;
  /** What brought the state that the page was tailored with. */
  readonly viewer?: Carrier;
};
