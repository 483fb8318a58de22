/** Makes an operator's routing ready for a dry run. Pure. */
import type { CompiledClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import { compileRouting, type Band, type Routing } from "@spillway/shared/routing/routing.ts";
import type { DryRequest, DryRouting } from "./decide.ts";
import { ruleChain, type ChainRule } from "./rule-chain.ts";

const MINUTE_MS = 60_000;

/** `version`: where the origin has it; undefined for a file. */
export function dryRouting(
  routing: Routing,
  version: number | undefined,
  index: Pick<CompiledClusterIndex, "byId"> | undefined,
): DryRouting {
  const { mode, holdout, bandAt } = compileRouting({ version: version ?? 0, routing });
  const chain = ruleChain(routing);
  const bands = new Map<number, Band>();
  const bandOf = (minute: number): Band => {
    const band = bands.get(minute) ?? bandAt(minute * MINUTE_MS);
    bands.set(minute, band);
    return band;
  };
  // A request is asked about several times in a row.
  let last: { request: DryRequest; rules: readonly ChainRule[] } | undefined;
  return {
    version,
    mode,
    holdout,
    bandAt: bandOf,
    rules: chain.rules,
    rulesAt: (request) => {
      if (last?.request === request) return last.rules;
      const { signals, context, country, minute, held } = request;
      const matching = chain.matching({ signals, context, country, band: bandOf(minute).name });
      const all =
        held === undefined
          ? matching
          : chain.rules.filter((rule) => rule.condition === held || matching.includes(rule));
      const rules = holdingAt(all, minute);
      last = { request, rules };
      return rules;
    },
    isKnownCluster: (id) => index === undefined || id === GENERIC_CLUSTER || index.byId(id) !== undefined,
  };
}

/** The middle of the minute counts: a rule that begins within it holds for the larger part. */
function holdingAt(rules: readonly ChainRule[], minute: number): readonly ChainRule[] {
  const nowMs = (minute + 0.5) * MINUTE_MS;
  return rules.filter(({ fromMs, untilMs }) => nowMs >= fromMs && nowMs < untilMs);
}
