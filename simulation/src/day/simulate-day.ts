/** One modelled day under both strategies, on the same arrivals and the same thresholds. */
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { bandAt, DAY_S, type DayModel } from "./day-model.ts";
import { slotQuotas } from "./slot-quota.ts";
import { Tally, type RungAt, type StrategyTally } from "./tally.ts";
import { walkDay } from "./walk-day.ts";

export type DaySettings = {
  readonly seed: number;
  /** Seconds in a slot, a divisor of 86,400: 1 for a full day; a sample of one user in n with slots of n seconds is as noisy as the full day. */
  readonly slotS: number;
  /** The share of the threshold that Spillway uses while the load is over it. */
  readonly utilization: number;
  /** Share of users about whom a request tells nothing: their cluster is everybody, and its page the generic one. */
  readonly signallessShare: number;
  /** Progress counts users, each of whom is walked twice. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Every call with what Spillway decides about it, user by user, as they are walked. */
  readonly onDecision?: ((user: number, atS: number, rung: RungAt) => void) | undefined;
};

export type SimulatedDay = {
  /** Rate limit + generic page. */
  readonly fallback: StrategyTally;
  readonly spillway: StrategyTally;
  /** For each slot: the calls, and how many were individual under the fallback and under Spillway. */
  readonly calls: Uint32Array;
  readonly fallbackGrants: Uint32Array;
  readonly spillwayGrants: Uint32Array;
};

/** How often the progress is told, in users. */
const PROGRESS_USERS = 50_000;

/**
 * Two walks over the same day: the first counts each slot's calls, the second deals each slot's grants out among its
 * calls. Selection sampling (Knuth, TAOCP 2, §3.4.2, algorithm S) gives a call with g grants left for n calls one with
 * probability g/n: exactly the grants are dealt, to a random subset, which is who comes first where calls come evenly.
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
  // Their own streams: the walk's draws stay the same as in the first walk.
  const [dealt, signalled] = [seededRandom(~seed), seededRandom(seed ^ 0x5bd1e995)];
  let signalless = signalled() < signallessShare;
  let user = 0;
  walkDay(model, seed, {
    call: (atS) => {
      const slot = Math.floor(atS / slotS);
      const band = bandOfSlot[slot] ?? 0;
      const callsLeft = left.calls[slot] ?? 0;
      const fallbackLeft = left.fallback[slot] ?? 0;
      const spillwayLeft = left.spillway[slot] ?? 0;
      // One draw for both: whom Spillway serves individually, the fallback does as well.
      const draw = callsLeft === spillwayLeft ? 0 : dealt() * callsLeft;
      left.calls[slot] = callsLeft - 1;
      if (draw < fallbackLeft) left.fallback[slot] = fallbackLeft - 1;
      if (draw < spillwayLeft) left.spillway[slot] = spillwayLeft - 1;
      fallback.note(band, draw < fallbackLeft ? 0 : 2);
      const rung = draw < spillwayLeft ? 0 : signalless ? 2 : 1;
      spillway.note(band, rung);
      onDecision?.(user, atS, rung);
    },
    userEnds: () => {
      user += 1;
      fallback.endUser();
      spillway.endUser();
      signalless = signalled() < signallessShare;
      userWalked();
    },
  });
  return { fallback: fallback.result(), spillway: spillway.result(), calls, fallbackGrants, spillwayGrants };
}
