/** The clusters that a file names and that there are not: errors, unless its rules allow for it. Pure. */
import type { Issue } from "../../protocol/zod-issues.ts";
import { hintAt, nearestName } from "../nearest-name.ts";
import { clustersOfRules, type RuleTargets } from "../routing.ts";
import { OUTCOMES } from "../rules/rule-schema.ts";

/** The errors of a file that is to be pushed: rules with an unknown cluster that do not allow for it. */
export function unknownClusters(routing: RuleTargets, known: readonly string[]): Issue[] {
  const ids = new Set(known);
  return clustersOfRules(routing)
    .filter(({ rule, cluster }) => !ids.has(cluster) && !allowsUnknown(routing, rule))
    .map(({ rule, cluster }) => {
      const hint = hintAt(cluster, [...known, ...OUTCOMES]);
      return {
        key: `rules[${rule}].then`,
        reason: `no cluster "${cluster}" in the index${hint} (to push it all the same: allow_unknown = true)`,
      };
    });
}

/**
 * The errors that can be told without an index: clusters whose names are all but those of outcomes. No
 * learned cluster is called so.
 */
export function misspeltOutcomes(routing: RuleTargets): Issue[] {
  return clustersOfRules(routing).flatMap(({ rule, cluster }) => {
    const meant = allowsUnknown(routing, rule) ? undefined : nearestName(cluster, OUTCOMES);
    if (meant === undefined) return [];
    const reason = `there is hardly a cluster "${cluster}"; did you mean "${meant}"? (else: allow_unknown = true)`;
    return [{ key: `rules[${rule}].then`, reason }];
  });
}

function allowsUnknown(routing: RuleTargets, rule: number): boolean {
  return routing.rules[rule]?.allow_unknown ?? routing.allow_unknown ?? false;
}
