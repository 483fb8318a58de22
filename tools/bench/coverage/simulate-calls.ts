/**
 * The rehearsal's day as calls in the order of time, with what the simulator decided about each, and its own
 * count of users.
 */
import { BANDS, DAY_S, dayModel } from "@spillway/simulation/day/day-model.ts";
import { FITTED_DAY } from "@spillway/simulation/day/fitted-day.ts";
import { simulateDay } from "@spillway/simulation/day/simulate-day.ts";
import type { StrategyTally } from "@spillway/simulation/day/tally.ts";
import { createProgress } from "@spillway/kit/commands/progress.ts";

export type SimulatedCalls = {
  /** The calls of second `s` stand at positions `startOf[s]` up to `startOf[s + 1]` of the two arrays. */
  readonly startOf: Uint32Array;
  readonly users: Uint32Array;
  /** 0 individual, 1 cluster, 2 generic. */
  readonly rungs: Uint8Array;
  readonly truth: StrategyTally;
  readonly bands: readonly {
    readonly name: string;
    readonly fromS: number;
    readonly thresholdPerSec: number;
  }[];
};

/** The share of users whose only cluster is everybody's, so that the generic page occurs. */
const SIGNALLESS_SHARE = 0.01;
const UTILIZATION = 0.98;
/** A call a user, about, where a visit has one call only. */
const VISITS_PER_USER = FITTED_DAY.oneVisitShare + (1 - FITTED_DAY.oneVisitShare) * FITTED_DAY.regularVisits;

export function simulateCalls(users: number, calls: number, seed: number): SimulatedCalls {
  const callsPerVisit = Math.max(1, calls / users / VISITS_PER_USER);
  const model = dayModel({ ...FITTED_DAY, callsPerVisit }, users);
  using progress = createProgress("a day's decisions");
  const decided = {
    users: new Uint32Array(1 << 20),
    rungs: new Uint8Array(1 << 20),
    atS: new Uint32Array(1 << 20),
  };
  let size = 0;
  const day = simulateDay(model, {
    seed,
    slotS: 1,
    utilization: UTILIZATION,
    signallessShare: SIGNALLESS_SHARE,
    onProgress: progress.update,
    onDecision: (user, atS, rung) => {
      if (size === decided.users.length) {
        decided.users = grown(decided.users, new Uint32Array(2 * size));
        decided.atS = grown(decided.atS, new Uint32Array(2 * size));
        decided.rungs = grown(decided.rungs, new Uint8Array(2 * size));
      }
      decided.users[size] = user;
      decided.atS[size] = atS;
      decided.rungs[size] = rung;
      size += 1;
    },
  });
  const startOf = new Uint32Array(DAY_S + 1);
  day.calls.forEach((count, second) => (startOf[second + 1] = (startOf[second] ?? 0) + count));
  const next = startOf.slice();
  const ordered = { users: new Uint32Array(size), rungs: new Uint8Array(size) };
  for (let at = 0; at < size; at += 1) {
    const second = decided.atS[at] ?? 0;
    const to = next[second] ?? 0;
    next[second] = to + 1;
    ordered.users[to] = decided.users[at] ?? 0;
    ordered.rungs[to] = decided.rungs[at] ?? 0;
  }
  const bands = BANDS.map(({ name, fromS }, at) => ({
    name,
    fromS,
    thresholdPerSec: model.thresholdsPerSec[at] ?? 0,
  }));
  return { startOf, ...ordered, truth: day.spillway, bands };
}

function grown<Numbers extends Uint32Array | Uint8Array>(old: Numbers, larger: Numbers): Numbers {
  larger.set(old);
  return larger;
}
