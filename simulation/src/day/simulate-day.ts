/** Simulates one day under both strategies, with the same arrivals and the same thresholds. */
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { bandAt, DAY_S, type DayModel } from "./day-model.ts";
import { slotQuotas } from "./slot-quota.ts";
import { Tally, type RungAt, type StrategyTally } from "./tally.ts";
import { walkDay } from "./walk-day.ts";

export type DaySettings = {
  readonly seed: number;
  /**
   * Seconds in a slot, a divisor of 86,400. A full day has slots of 1 s. A sample of one user in n with slots
   * of n seconds has as much noise as the full day.
   */
  readonly slotS: number;
  /** The share of the threshold that Spillway uses while demand is over it. */
  readonly utilization: number;
  /** The share of users without any signal. Their cluster is everybody, and its page the generic one. */
  readonly signallessShare: number;
  /** `done` and `total` count users, each of whom is walked twice. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called for every call with the rung on which Spillway serves it, user by user. */
  readonly onDecision?: ((user: number, atS: number, rung: RungAt) => void) | undefined;
};

export type SimulatedDay = {
  /** The strategy of rate limit + generic page. */
  readonly fallback: StrategyTally;
  readonly spillway: StrategyTally;
  /** The calls of each slot, and how many are individual under the fallback and under Spillway. */
  readonly calls: Uint32Array;
  readonly fallbackGrants: Uint32Array;
  readonly spillwayGrants: Uint32Array;
};

/** Progress is reported once for so many users. */
const PROGRESS_USERS = 50_000;

/**
 * Two walks over the same day: the first counts each slot's calls, the second distributes each slot's grants
 * among its calls. By selection sampling (Knuth, TAOCP 2, §3.4.2, algorithm S), a call with g grants left for
 * n calls gets one with probability g/n. So exactly all grants are given to a random subset of the calls, as
 * first come, first served does when calls come evenly.
 */
export function simulateDay(model: DayModel, settings: DaySettings): SimulatedDay {
  const { seed, slotS, utilization, signallessShare, onProgress, onDecision } = settings;
  const bandOfSlot = Uint8Array.from({ length: DAY_S / slotS }, (_, slot) => bandAt(slot * slotS));
  const calls = new Uint32Array(DAY_S / slotS);
  let walked = 0;
  const userWalked = () => {
    walked += 1;
    if (walked % PROGRESS_USERS === 0) onProgress?.(walked, 2 * model.users);
  };

  walkDay(model, seed, {
    call: (atS) => {
      const slot = Math.floor(atS / slotS);
      calls[slot] = (calls[slot] ?? 0) + 1;
    },
    userEnds: userWalked,
  });

  const fallbackGrants = slotQuotas(
    calls,
    (slot) => slotS * (model.thresholdsPerSec[bandOfSlot[slot] ?? 0] ?? 0),
  );
  const spillwayGrants = fallbackGrants.map((granted, slot) =>
    granted < (calls[slot] ?? 0) ? Math.floor(utilization * granted) : granted,
  );

  const left = { calls: calls.slice(), fallback: fallbackGrants.slice(), spillway: spillwayGrants.slice() };
  const [fallback, spillway] = [new Tally(), new Tally()];
  // These draws have streams of their own, so that the walk's draws stay the same as in the first walk.
  const [grantDraw, signalDraw] = [seededRandom(~seed), seededRandom(seed ^ 0x5bd1e995)];
  let signalless = signalDraw() < signallessShare;
  let user = 0;
  walkDay(model, seed, {
    call: (atS) => {
      const slot = Math.floor(atS / slotS);
      const band = bandOfSlot[slot] ?? 0;
      const callsLeft = left.calls[slot] ?? 0;
      const fallbackLeft = left.fallback[slot] ?? 0;
      const spillwayLeft = left.spillway[slot] ?? 0;
      // One draw decides for both strategies, so whoever is served individually by Spillway is so by the
      // fallback as well.
      const draw = callsLeft === spillwayLeft ? 0 : grantDraw() * callsLeft;
      left.calls[slot] = callsLeft - 1;
      if (draw < fallbackLeft) left.fallback[slot] = fallbackLeft - 1;
      if (draw < spillwayLeft) left.spillway[slot] = spillwayLeft - 1;
      fallback.add(band, draw < fallbackLeft ? 0 : 2);
      const rung = draw < spillwayLeft ? 0 : signalless ? 2 : 1;
      spillway.add(band, rung);
      onDecision?.(user, atS, rung);
    },
    userEnds: () => {
      user += 1;
      fallback.endUser();
      spillway.endUser();
      signalless = signalDraw() < signallessShare;
      userWalked();
    },
  });
  return { fallback: fallback.result(), spillway: spillway.result(), calls, fallbackGrants, spillwayGrants };
}
