import { describe, expect, test } from "vitest";
import { formatAborted } from "@spillway/shared/routing/rollout/aborted.ts";
import { armOf, shareAt } from "@spillway/shared/routing/rollout/rollout.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { PublishedState } from "../published/published-state.ts";
import { DEFAULT_ROUTING, type RoutingInKv } from "../published/routing-source.ts";
import type { Arms } from "./arms.ts";
import { createRolloutWatch } from "./rollout-watch.ts";

const HOLDS_MS = 1_000_000;
const BASE = { ...DEFAULT_ROUTING, version: 12 };
const ROLLOUT: Arms<RoutingInKv> = {
  id: "r13",
  stages: [
    { share: 0.25, holdsFromMs: HOLDS_MS },
    { share: 0.5, holdsFromMs: HOLDS_MS + 600_000 },
  ],
  current: { ...BASE, obeyed: { version: 12, candidate: 13 } },
  candidate: { ...BASE, version: 13, obeyed: { version: 12, candidate: 13 } },
};
const STATE = { routing: { ...BASE, rollout: ROLLOUT } } as unknown as PublishedState;
const USERS = Array.from({ length: 400 }, (_, at) => `u${at}`);

/** An isolate whose clock only sleeping moves, or the test. */
function setUp(answers: readonly (string | undefined | Error)[] = []) {
  let nowMs = HOLDS_MS;
  const asked: number[] = [];
  const work: Promise<unknown>[] = [];
  const watch = createRolloutWatch({
    ask: () => {
      const answer = answers[asked.length];
      asked.push(nowMs - HOLDS_MS);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    clock: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  });
  const versionFor = (user: string): number =>
    watch.stateFor(STATE, ROLLOUT, user, { nowMs, waitUntil: (one) => void work.push(one) }).routing.version;
  return {
    asked,
    versionFor,
    versions: () => USERS.map(versionFor),
    candidates: () => USERS.filter((user) => versionFor(user) === 13),
    idle: () => Promise.all(work.splice(0)),
    at: (ms: number) => (nowMs = HOLDS_MS + ms),
    hear: (value?: string) =>
      watch.heard(new Headers(value === undefined ? {} : { [HEADER.rollout]: value })),
  };
}

describe("who obeys the candidate", () => {
  test("before a stage holds nobody does; then its share does, and the larger one holds the smaller", () => {
    const { at, candidates } = setUp();
    at(-1);
    expect(candidates()).toEqual([]);
    at(0);
    const first = candidates();
    expect(first.length / USERS.length).toBeCloseTo(0.25, 1);
    at(600_000);
    const second = candidates();
    expect(second.length / USERS.length).toBeCloseTo(0.5, 1);
    expect(second).toEqual(expect.arrayContaining(first));
  });

  test("every isolate says the same, for it is the user's own draw", () => {
    const share = shareAt(ROLLOUT.stages, HOLDS_MS);
    expect(setUp().candidates()).toEqual(USERS.filter((user) => armOf("r13", user, share) === "candidate"));
    expect(setUp().candidates()).toEqual(setUp().candidates());
  });
});

describe("an aborted rollout", () => {
  test("ends with the origin's next reply, for everybody, and does not come back", () => {
    const { versions, candidates, hear, at } = setUp();
    expect(candidates().length).toBeGreaterThan(0);
    hear(formatAborted("r13"));
    expect(new Set(versions())).toEqual(new Set([12]));
    hear();
    at(600_000);
    expect(new Set(versions())).toEqual(new Set([12]));
  });

  test.each(["r12;aborted", "r13", "r13;aborted;x", "", "aborted"])("is another one in %j", (value) => {
    const { candidates, hear } = setUp();
    hear(value);
    expect(candidates().length).toBeGreaterThan(0);
  });

  test("is asked for every five seconds by who hears nothing, for as long as work may last", async () => {
    const { asked, versionFor, idle, at } = setUp();
    versionFor("u1");
    versionFor("u2");
    await idle();
    expect(asked).toEqual([0, 5000, 10_000, 15_000, 20_000]);
    at(25_000);
    versionFor("u1");
    await idle();
    expect(asked.slice(5)).toEqual([25_000, 30_000, 35_000, 40_000, 45_000]);
  });

  test("is asked for ten seconds before the stage holds, and not earlier", async () => {
    const { asked, versionFor, idle, at } = setUp();
    at(-11_000);
    versionFor("u1");
    await idle();
    expect(asked).toEqual([]);
    at(-10_000);
    versionFor("u1");
    await idle();
    expect(asked[0]).toBe(-10_000);
  });

  test("ends the asking, and a failed question does not", async () => {
    const { asked, versions, idle } = setUp([undefined, new Error("away"), "r13"]);
    versions();
    await idle();
    expect(asked).toEqual([0, 5000, 10_000]);
    expect(new Set(versions())).toEqual(new Set([12]));
    await idle();
    expect(asked).toHaveLength(3);
  });

  test("is not asked for by who hears from the origin", async () => {
    const { asked, versionFor, idle, hear } = setUp();
    hear();
    versionFor("u1");
    await idle();
    expect(asked).toEqual([5000, 10_000, 15_000, 20_000]);
  });
});
