/** Adds up how large the entries of the viewer map are. */
import { MAX_VIEWER_STATE_BYTES } from "@spillway/model/profile/viewer-state-codec.ts";
import type { ViewerEntry } from "./viewer-entry.ts";

export type Sizes = {
  readonly users: number;
  readonly shards: number;
  readonly bytes: number;
  readonly medianBytes: number;
  readonly p99Bytes: number;
  readonly titlesDropped: number;
};

export function createSizes() {
  /** How many entries have each size. */
  const entriesOf = new Uint32Array(MAX_VIEWER_STATE_BYTES + 1);
  let [users, shards, bytes, titlesDropped] = [0, 0, 0, 0];
  const quantile = (share: number): number => {
    let left = Math.ceil(share * users);
    return Math.max(
      0,
      entriesOf.findIndex((entries) => (left -= entries) <= 0),
    );
  };
  return {
    add: (entries: readonly ViewerEntry[], shardBytes: number): void => {
      for (const entry of entries) {
        entriesOf[entry.bytes.length]! += 1;
        titlesDropped += entry.dropped;
      }
      users += entries.length;
      if (entries.length === 0) return;
      shards += 1;
      bytes += shardBytes;
    },
    summary: (): Sizes => ({
      users,
      shards,
      bytes,
      medianBytes: users === 0 ? 0 : quantile(0.5),
      p99Bytes: users === 0 ? 0 : quantile(0.99),
      titlesDropped,
    }),
  };
}
