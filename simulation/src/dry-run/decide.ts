/**
 * What a routing decides about a request of the sample, up to the question to the origin: by the edge's own
 * order. Pure.
 */
import { decidePolicy, type Limit, type PageReason } from "@spillway/shared/admission/policy.ts";
import type { Band, CompiledRouting } from "@spillway/shared/routing/routing.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import { splitBy, type Draws } from "./draws.ts";
import type { ChainInput, ChainRule } from "./rule-chain.ts";

export type DryRouting = Pick<CompiledRouting, "mode" | "holdout"> & {
  /** Undefined for a file that has not been pushed. */
  readonly version: number | undefined;
  readonly bandAt: (minute: number) => Band;
  readonly rules: readonly ChainRule[];
  /** The rules whose conditions hold at the request's time, in their order. */
  readonly rulesAt: (request: DryRequest) => readonly ChainRule[];
  /** False where the index is known and does not have the cluster. */
  readonly isKnownCluster: (cluster: string) => boolean;
};

export type DryRequest = Omit<ChainInput, "band"> & {
  /** The instant by which bands and the rules' times are decided. */
  readonly minute: number;
  readonly suspect: boolean;
  readonly originOnly: boolean;
  /** A condition that held, though a value that it asks for is folded now. */
  readonly held: string | undefined;
  /** True where an operator's switch, and not the routing, forced stored pages. */
  readonly isForced: boolean;
};

/** Whose page is served: the visitor's own cluster's, or that of the cluster with this id. */
export type PageOf = "own" | { readonly id: string };

export type Decision =
  | { readonly kind: "page"; readonly reason: PageReason; readonly of: PageOf; readonly tailors: boolean }
  | { readonly kind: "ask"; readonly limit: Limit };

/** One of the ways in which it may go, since shares are drawn by a hash. */
export type Branch = {
  readonly probability: number;
  readonly draws: Draws;
  /** The rule that matched, as far as it is in force. */
  readonly rule: ChainRule | undefined;
  readonly heldOut: boolean;
  readonly decision: Decision;
};

/** Where the page is tailored to a viewer who is known: see edge/src/recommend/stored-page.ts. */
const TAILORING_REASONS: ReadonlySet<PageReason> = new Set<PageReason>([
  "over-threshold",
  "deadline",
  "origin-error",
  "origin-unreachable",
  "forced",
]);

/** All ways that have a probability above zero; together they have 1. */
export function branchesOf(routing: DryRouting, request: DryRequest, draws: Draws): readonly Branch[] {
  const band = routing.bandAt(request.minute);
  const branches: Branch[] = [];
  let [left, known] = [1, draws];
  for (const rule of routing.rulesAt(request)) {
    if (rule.share === undefined) {
      branches.push(...underRule(routing, request, band, rule, left, known));
      return branches;
    }
    const { below, inside, outside } = splitBy(known, rule.salt, rule.share);
    if (below > 0) branches.push(...underRule(routing, request, band, rule, left * below, inside));
    if (below === 1) return branches;
    left *= 1 - below;
    known = outside;
  }
  branches.push(...withoutRule(routing, request, band, left, known));
  return branches;
}

/** A rule whose cluster is not in the index is not in force: see shared/src/routing/rule-clusters.ts. */
function underRule(
  routing: DryRouting,
  request: DryRequest,
  band: Band,
  rule: ChainRule,
  probability: number,
  draws: Draws,
): readonly Branch[] {
  const { outcome } = rule;
  const isGone = outcome.kind === "cluster" && !routing.isKnownCluster(outcome.cluster);
  if (isGone) return withoutRule(routing, request, band, probability, draws);
  const decision = decisionOf(routing, request, band, rule, undefined);
  return [{ probability, draws, rule, heldOut: false, decision }];
}

/** Whom no rule names may be of the holdout: see edge/src/recommend/holdout-policy.ts. */
function withoutRule(
  routing: DryRouting,
  request: DryRequest,
  band: Band,
  probability: number,
  draws: Draws,
): readonly Branch[] {
  const { holdout } = routing;
  const branch = (serve: "generic" | "individual" | undefined, part: number, known: Draws): Branch => ({
    probability: probability * part,
    draws: known,
    rule: undefined,
    heldOut: serve !== undefined,
    decision: decisionOf(routing, request, band, undefined, serve),
  });
  if (holdout === undefined || holdout.share === 0) return [branch(undefined, 1, draws)];
  const { below, inside, outside } = splitBy(draws, holdout.salt, holdout.share);
  return [
    ...(below > 0 ? [branch(holdout.serve, below, inside)] : []),
    ...(below < 1 ? [branch(undefined, 1 - below, outside)] : []),
  ];
}

function decisionOf(
  { mode }: DryRouting,
  { suspect, originOnly, isForced }: DryRequest,
  band: Band,
  rule: ChainRule | undefined,
  heldOut: "generic" | "individual" | undefined,
): Decision {
  const policy = decidePolicy({
    mode: isForced ? "force-cluster" : mode,
    rule: rule?.outcome,
    thresholdPerSec: band.threshold_per_s,
    originOnly,
    suspect,
    heldOut,
    claim: "stranger",
  });
  if (policy.kind === "ask") return policy;
  const { reason } = policy;
  const outcome = rule?.outcome;
  // The cluster that a rule names is the visitor's, whatever the reason for which its page is served.
  const named = outcome?.kind === "cluster" ? { id: outcome.cluster } : "own";
  return {
    kind: "page",
    reason,
    of: reason === "holdout" ? { id: GENERIC_CLUSTER } : named,
    tailors: TAILORING_REASONS.has(reason) || (reason === "rule" && outcome?.kind !== "cluster"),
  };
}
