/** Puts together what happens now, with what is kept of it and how a past moment is told. */
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { beforeOf, keepHistory, readBefore } from "./history/keep-history.ts";
import { createPast, type ReadPast } from "./history/past.ts";
import { createRuleHits, type RuleHits } from "./history/rule-hits.ts";
import { createNow, type Now, type NowDeps } from "./now.ts";

export type KeepDeps = {
  readonly operatorStore: Pick<OperatorStore, "nowHistory" | "audit">;
  readonly keepDays: number;
  readonly onError: (error: unknown) => void;
};

export async function openNow(
  deps: Omit<NowDeps, "before">,
  { operatorStore, keepDays, onError }: KeepDeps,
  open: AsyncDisposableStack,
): Promise<{ readonly now: Now; readonly ruleHits: RuleHits; readonly past: ReadPast }> {
  const { nowMs } = deps;
  const store = operatorStore.nowHistory;
  const before = await readBefore(store, nowMs());
  const ruleHits = createRuleHits();
  const now = createNow({ ...deps, before: beforeOf(before, nowMs()) });
  const history = keepHistory({ store, kept: now.kept, hits: ruleHits, nowMs, keepDays, before, onError });
  open.defer(history.stop);
  return { now, ruleHits, past: createPast({ operatorStore, history, nowMs, keepDays }) };
}
