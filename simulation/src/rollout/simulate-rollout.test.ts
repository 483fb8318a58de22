import { describe, expect, test } from "vitest";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { stageAt } from "@spillway/shared/routing/rollout/stage-machine.ts";
import { createDraws, zipfPicker } from "../fleet/draws.ts";
import type { Recorder } from "../fleet/fleet-run.ts";
import { DEFAULT_FLEET } from "../fleet/options.ts";
import type { Scenario } from "../fleet/scenario.ts";
import { simulate } from "../fleet/simulate.ts";
import { simulateRollout, type ServedRequest } from "./simulate-rollout.ts";

const HOUR_S = 3600;
const DURATION_S = 0.75 * HOUR_S;
const WALL_S = 30;
const hash = createUserHash("a-key-of-this-simulation");
const USERS = Array.from({ length: 20_000 }, (_, at) => hash(`viewer-${at}`));

/** The kick-off at a moment of its own, within an evening of half the threshold. */
function kickoffAt(atS: number): Scenario {
  return {
    name: "kickoff",
    about: "0.5 T, then 100 T for 30 s, then 0.5 T",
    durationS: DURATION_S,
    loadAt: (nowS) => (nowS >= atS && nowS < atS + WALL_S ? 100 : 0.5),
    thresholdAt: () => 1,
    originUpAt: () => true,
    wall: { fromS: atS, toS: atS + WALL_S },
  };
}

/** What the fleet with the real admission serves in it, at T = 10/s. */
function evening(seed: number, wallAtS: number): ServedRequest[] {
  const draws = createDraws(seed);
  const pick = zipfPicker(USERS.length, 0.7, draws.uniform);
  const served: ServedRequest[] = [];
  const recorder: Recorder = {
    arrive: () => USERS[pick()] ?? "",
    asks: () => true,
    served: (user, arrivedMs, rung, reason) => {
      if (rung !== "failed") served.push({ atMs: arrivedMs, user: String(user), as: rung, reason });
    },
  };
  const options = { ...DEFAULT_FLEET, seed, thresholdPerSec: 10, locations: 4 };
  simulate(options, kickoffAt(wallAtS), undefined, undefined, recorder);
  return served.toSorted((a, b) => a.atMs - b.atMs);
}

const PLAN = { shares: [0.05, 0.25, 1], everyMs: 120_000, begunMs: 0, isBad: false } as const;

describe("a hundred rollouts of the same rules through a kick-off", () => {
  test("are not aborted by it, and do not go on in it", () => {
    let aborts = 0;
    let inWall = 0;
    let promotions = 0;
    let throughWall = 0;
    for (let night = 0; night < 10; night += 1) {
      const wallAtS = 400 + night * 150;
      const served = evening(night, wallAtS);
      const isOver = (atMs: number): boolean => atMs >= wallAtS * 1000 && atMs < (wallAtS + WALL_S) * 1000;
      // Ten rollouts of an evening draw other visitors each, and begin at other times.
      for (let at = 0; at < 10; at += 1) {
        const plan = { ...PLAN, id: `r${night}${at}`, begunMs: at * 20_000, isOver };
        const { abortedMs, promotedMs, rollout } = simulateRollout(served, plan, DURATION_S * 1000);
        if (abortedMs !== undefined) aborts += 1;
        promotions += promotedMs.length;
        inWall += promotedMs.filter(isOver).length;
        if (stageAt(rollout, wallAtS * 1000) !== undefined) throughWall += 1;
      }
    }
    expect(aborts).toBeLessThanOrEqual(1);
    expect(inWall).toBe(0);
    expect(promotions).toBeGreaterThan(50);
    expect(throughWall).toBeGreaterThan(90);
  }, 600_000);
});

/** A visitor each tenth of a second, who gets an individual page. */
function steady(perSec: number, untilMs: number, users: number): ServedRequest[] {
  return Array.from({ length: (untilMs / 1000) * perSec }, (_, at) => ({
    atMs: (at * 1000) / perSec,
    user: USERS[at % users] ?? "",
    as: "individual",
    reason: "admitted",
  }));
}

test.each([40, 300, 4000])(
  "by %i users, a bad rule in a quarter at 10 requests/s is aborted in a minute",
  (users) => {
    for (let run = 0; run < 20; run += 1) {
      const { abortedMs, rollout } = simulateRollout(
        steady(10, 400_000, users),
        { ...PLAN, id: `r${run}`, shares: [0.25, 1], isBad: true, isOver: () => false },
        400_000,
      );
      const heldMs = rollout.stages[0]?.holdsFromMs ?? 0;
      expect(abortedMs).toBeGreaterThan(heldMs);
      expect((abortedMs ?? Infinity) - heldMs).toBeLessThanOrEqual(60_000);
    }
  },
);

test("without traffic nothing goes on", () => {
  const silent = simulateRollout([], { ...PLAN, id: "r1", isOver: () => false }, 3_600_000);
  expect(silent.rollout.stages).toHaveLength(1);
  // The traffic ends when the first stage has shown enough, and before it has held its time.
  const ended = simulateRollout(
    steady(200, 300_000, 4000),
    { ...PLAN, id: "r1", shares: [0.25, 1], everyMs: 1_200_000, isOver: () => false },
    3_600_000,
  );
  expect(ended.rollout.stages).toHaveLength(1);
});
