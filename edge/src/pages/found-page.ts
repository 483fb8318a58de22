/** What a rung of the ladder hands to the response. */
import type { Candidates } from "@spillway/model/packs/candidates.ts";
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
};
