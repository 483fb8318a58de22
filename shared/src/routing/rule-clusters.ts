/**
 * Rules name clusters, and a relearning may remove one. This says which rules name a cluster that the index
 * does not have, and what such a rule is worth: nothing, so that the learned index decides. Pure.
 */
import type { CompiledClusterIndex } from "../clusters/cluster-index.ts";
import { GENERIC_CLUSTER } from "../protocol/wire.ts";
import type { Issue } from "../protocol/zod-issues.ts";
import { clustersOfRules, type Routing, type RuleCluster } from "./routing.ts";
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

/** The errors of a file that is to be pushed: rules with an unknown cluster that do not allow for it. */
export function unknownClusters(routing: Routing, known: readonly string[]): Issue[] {
  const ids = new Set(known);
  return clustersOfRules(routing)
    .filter(({ rule, cluster }) => !ids.has(cluster) && !allowsUnknown(routing, rule))
    .map(({ rule, cluster }) => {
      const nearest = nearestName(cluster, [...known, "generic", "individual"]);
      const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
      return {
        key: `rules[${rule}].then`,
        reason: `no cluster "${cluster}" in the index${hint} (to push it all the same: allow_unknown = true)`,
      };
    });
}

function allowsUnknown(routing: Routing, rule: number): boolean {
  return routing.rules[rule]?.allow_unknown ?? routing.allow_unknown ?? false;
}

/** The name that takes the fewest changes of a letter, if that is at most a third of them. */
function nearestName(name: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.floor(name.length / 3) + 1;
  for (const other of names) {
    if (Math.abs(other.length - name.length) >= least) continue;
    const changes = distance(name, other);
    if (changes >= least) continue;
    nearest = other;
    least = changes;
  }
  return nearest;
}

/** Letters to insert, delete or replace (Levenshtein 1966), row by row. */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const replaced = (above[at - 1] ?? 0) + (from[row - 1] === to[at - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[to.length] ?? 0;
}
