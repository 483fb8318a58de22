/** The clusters as serving needs them: small records, and the priors of all in one piece of shared memory. */
import { OTHER, type Signals } from "@spillway/shared/signals/signals.ts";
import type { Conjunct } from "@spillway/shared/clusters/cluster-index.ts";
import type { ClusterRow } from "@spillway/store/pages/clusters.ts";

export type ServingCluster = {
  readonly id: string;
  readonly parent: string | undefined;
  /** What every member's signals are known to be. */
  readonly signals: Partial<Signals>;
  /** The cluster's strongest items, packed by model/scoring/scores.ts. */
  readonly packedScores: Uint8Array;
};

export type ClusterTable = readonly ServingCluster[];

export function clusterTable(rows: readonly ClusterRow[]): ClusterTable {
  const priors = new SharedArrayBuffer(rows.reduce((sum, { scores }) => sum + scores.byteLength, 0));
  let from = 0;
  return rows.map(({ id, parent, definition, scores }) => {
    const packedScores = new Uint8Array(priors, from, scores.byteLength);
    packedScores.set(scores);
    from += scores.byteLength;
    // Written by the pipeline, from definitionOf.
    const signals = knownSignals(JSON.parse(definition) as Conjunct[]);
    return { id, parent: parent ?? undefined, signals, packedScores };
  });
}

function knownSignals(definition: readonly Conjunct[]): Partial<Signals> {
  return Object.fromEntries(
    definition.filter(({ value }) => value !== OTHER).map(({ signal, value }) => [signal, value]),
  );
}
