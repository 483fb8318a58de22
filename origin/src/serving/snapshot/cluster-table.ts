/**
 * Makes the table of clusters that serving needs: small records, with all priors in one buffer of shared
 * memory.
 */
import { OTHER, type Signals } from "@spillway/shared/signals/signals.ts";
import type { Conjunct } from "@spillway/shared/clusters/cluster-index.ts";
import type { ClusterRow } from "@spillway/store/pages/clusters.ts";

export type ServingCluster = {
  readonly id: string;
  readonly parent: string | undefined;
  /** The signals that are the same for all members, by the cluster's definition. */
  readonly signals: Partial<Signals>;
  /** The cluster's best items and their scores, packed by model/scoring/scores.ts. */
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
    // The cast is safe: the pipeline writes what definitionOf returns.
    const signals = knownSignals(JSON.parse(definition) as Conjunct[]);
    return { id, parent: parent ?? undefined, signals, packedScores };
  });
}

function knownSignals(definition: readonly Conjunct[]): Partial<Signals> {
  const known = definition.filter(({ value }) => value !== OTHER);
  const signals = Object.fromEntries(known.map(({ signal, value }) => [signal, value]));
  const texts = known.flatMap(({ signal, forms }) => (forms === undefined ? [] : [[signal, forms] as const]));
  return texts.length === 0 ? signals : { ...signals, texts: Object.fromEntries(texts) };
}
