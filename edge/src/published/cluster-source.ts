/** The cluster index from KV, compiled, and the cluster of a visitor. */
import {
  compileClusterIndex,
  parseClusterIndex,
  type Cluster,
  type CompiledClusterIndex,
} from "@spillway/shared/clusters/cluster-index.ts";
import type { RuleOutcome } from "@spillway/shared/routing/rules/rule-input.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { GENERIC_CLUSTER, KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { createKvDocument, type KvReader } from "./kv-document.ts";
import type { RefreshedValue } from "./refreshed-value.ts";

export function createClusterSource(reader: KvReader): RefreshedValue<CompiledClusterIndex> {
  return createKvDocument(reader, KV_KEY.clusterIndex, (value) => {
    const index = parseClusterIndex(value);
    return index.ok ? { ok: true, value: compileClusterIndex(index.value) } : index;
  });
}

export const EVERYBODY: Cluster = { id: GENERIC_CLUSTER, parent: undefined };

/** The cluster of a rule in force wins over the learned one. Without an index it is everybody's cluster. */
export function assignCluster(
  index: CompiledClusterIndex | undefined,
  rule: RuleOutcome | undefined,
  signals: Signals,
): Cluster {
  if (rule?.kind === "cluster") {
    // Routing may arrive before the index: the page of its cluster may be in KV already.
    return index?.byId(rule.cluster) ?? named(rule.cluster);
  }
  return index?.assign(signals) ?? EVERYBODY;
}

function named(id: string): Cluster {
  return id === GENERIC_CLUSTER ? EVERYBODY : { id, parent: EVERYBODY };
}
