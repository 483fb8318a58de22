/** For tests: rollouts over a real database, on a clock and a load that the test sets. */
import { Rollouts, type RolloutsDeps } from "../src/rollout/rollouts.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";

function silent(): void {}

export function testRollouts(
  store: Pick<OperatorStore, "rollouts" | "routing">,
  nowMs: () => number,
  more: Partial<RolloutsDeps> = {},
): Rollouts {
  return new Rollouts({
    store,
    nowMs,
    hashUser: createUserHash("a key for tests"),
    leadMs: 90_000,
    stepMs: 60_000,
    load: () => ({ isOver: false, mode: "auto" }),
    publish: () => Promise.resolve({ published: true }),
    held: () => Promise.resolve(undefined),
    apply: () => Promise.resolve(),
    onEnd: silent,
    log: { info: silent, warn: silent, error: silent },
    ...more,
  });
}

/** Where no rollout is on. */
export const NO_ROLLOUTS = {
  view: () => undefined,
  served: () => undefined,
  did: () => undefined,
  abortedId: () => undefined,
};
