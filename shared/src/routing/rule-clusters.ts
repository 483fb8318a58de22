/**
 * Rules name clusters, and a relearning may remove one. This says which rules name a cluster that the index
 * does not have, and what such a rule is worth: nothing, so that the learned index decides. Pure.
 */
import type { CompiledClusterIndex } from "../clusters/cluster-index.ts";
import { GENERIC_CLUSTER } from "../protocol/wire.ts";
import type { Issue } from "../protocol/zod-issues.ts";
import type { RuleCluster } from "./routing.ts";
import type { RuleOutcome } from "./rules/rule-input.ts";

/**
 * The outcome of a rule that matches, as far as it is in force. Undefined where its cluster is not in the
 * index: the request is then served as if no rule matched. While no index has been read, nobody knows, and
 * the rule holds.
 */
export function ruleInForce(
  rule: RuleOutcome | undefined,
  index: Pick<CompiledClusterIndex, "byId"> | undefined,
): RuleOutcome | undefined {
  if (rule?.kind !== "cluster" || index === undefined || rule.cluster === GENERIC_CLUSTER) return rule;
  return index.byId(rule.cluster) === undefined ? undefined : rule;
}

/** Says of each rule whose cluster is not in the index that it is not in force. */
export function rulesWithoutCluster(
  rules: readonly RuleCluster[],
  isKnown: (cluster: string) => boolean,
): Issue[] {
  return rules
    .filter(({ cluster }) => !isKnown(cluster))
    .map(({ rule, cluster }) => ({
      key: `rules[${rule}].then`,
      reason: `no cluster "${cluster}" in the index; the learned index decides for its visitors until there is one`,
    }));
}
