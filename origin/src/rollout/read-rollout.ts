/** Reads how the rollout does that is on, or ended last. */
import type { RolloutStatus } from "@spillway/shared/protocol/rollout-status.ts";
import { stagedChanges } from "@spillway/shared/routing/routing-changes.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { describeRollout } from "./describe-rollout.ts";
import type { IsolateVersions } from "./isolate-versions.ts";
import type { Rollouts } from "./rollouts.ts";

export type ReadRolloutDeps = {
  readonly rollouts: Pick<Rollouts, "view">;
  readonly isolateVersions: Pick<IsolateVersions, "counts">;
  readonly operatorStore: Pick<OperatorStore, "routing">;
  readonly nowMs: () => number;
};

/** Undefined before the first rollout. */
export async function readRollout({
  rollouts,
  isolateVersions,
  operatorStore,
  nowMs,
}: ReadRolloutDeps): Promise<RolloutStatus | undefined> {
  const view = rollouts.view();
  if (view === undefined) return undefined;
  const { versions, candidate, end } = view.rollout;
  const base = end === undefined ? await operatorStore.routing.byVersion(versions.current) : undefined;
  const atTheEnd = base && stagedChanges(base.value.routing, candidate.routing).atTheEnd;
  const now = nowMs();
  return describeRollout(view, isolateVersions.counts(now), atTheEnd ?? [], now);
}
