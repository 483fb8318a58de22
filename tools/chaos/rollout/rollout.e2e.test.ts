/**
 * Rollouts on real processes, which are killed meanwhile. Two worlds at a time, since each of them mostly
 * waits for its stages: one with a bad candidate, which is aborted, and one that goes from 1 % to all.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { until } from "@spillway/kit/processes/until.ts";
import { rolloutAnswerSchema, type RolloutStatus } from "@spillway/shared/protocol/rollout-status.ts";
import { armOf } from "@spillway/shared/routing/rollout/rollout.ts";
import { bundleEdge } from "../edge-process.ts";
import { startRolloutWorld, type RolloutWorld } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-rollout-"));
const bundle = join(folder, "bundle");

beforeAll(async () => {
  mkdirSync(bundle);
  await bundleEdge(bundle);
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Everybody has a threshold of their own to be under. */
const ROUTING = 'time_zone = "UTC"\n[[bands]]\nname = "all day"\nfrom = "00:00"\nthreshold_per_s = 500\n';
const RULE = '\n[[rules]]\nname = "all"\nwhen = { entry = "*" }\nthen = "generic"\n';

type World = RolloutWorld & {
  readonly rollout: () => Promise<RolloutStatus>;
  /** Pushes the rule by stages, and returns the rollout. */
  readonly stage: (...options: readonly string[]) => Promise<RolloutStatus>;
  /** Whether the candidate's rule has decided about this user. */
  readonly obeys: (edge: number, user: string) => Promise<boolean>;
};

/** Of concurrent tests each has its own. */
type Own = Pick<TestContext, "onTestFinished">;

async function world(
  { onTestFinished }: Own,
  name: string,
  kvLagMs: readonly [number, number],
  settings: Readonly<Record<string, string>>,
): Promise<World> {
  const directory = join(folder, name);
  mkdirSync(directory);
  for (const file of readdirSync(bundle)) copyFileSync(join(bundle, file), join(directory, file));
  const started = await startRolloutWorld({ directory, kvLagMs, settings });
  onTestFinished(started.stop, 60_000);
  const fileOf = (text: string): string => {
    const file = join(directory, `routing-${text.length}.toml`);
    writeFileSync(file, text);
    return file;
  };
  const push = async (...args: readonly string[]): Promise<void> => {
    const pushed = await started.command("routing", "push", ...args);
    expect([pushed.code, pushed.stderr]).toEqual([0, ""]);
  };
  await push(fileOf(ROUTING));
  const rollout = async (): Promise<RolloutStatus> => {
    const answer = await started.admin("GET", "/routing/rollout");
    const status = rolloutAnswerSchema.parse(await answer.json()).rollout;
    if (status === null) throw new Error("no rollout has begun");
    return status;
  };
  return {
    ...started,
    rollout,
    stage: async (...options) => {
      await push(fileOf(ROUTING + RULE), ...options);
      return rollout();
    },
    obeys: async (edge, user) => {
      const url = `${started.edges[edge]?.url}/recommendations?context=homepage&user=${user}`;
      const response = await fetch(url);
      await response.arrayBuffer();
      expect(response.status).toBe(200);
      return (response.headers.get("spillway-served") ?? "").includes(";reason=rule");
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const users = (count: number): string[] => Array.from({ length: count }, (_, at) => `viewer-${at}`);

describe.concurrent("a rollout", () => {
  test("of a bad candidate is aborted in its first minute, though the origin is killed meanwhile and KV is late", async ({
    onTestFinished,
  }) => {
    const { origin, rollout, stage, obeys } = await world({ onTestFinished }, "bad", [0, 20_000], {
      ROLLOUT_LEAD_S: "25",
    });
    const { id, stages } = await stage("--stages", "25,100", "--every", "10m");
    const holdsMs = Date.parse(stages[0]?.holdsFrom ?? "");
    expect(holdsMs - Date.now()).toBeGreaterThan(25_000);
    const isCandidate = (user: string): boolean => armOf(id, user, 0.25) === "candidate";
    const seen: { readonly atMs: number; readonly user: string; readonly isBad: boolean }[] = [];
    let at = 0;
    // Ten a second, however slow the answers are. The second edge sees nobody whom it would forward while the
    // stage holds, so that no reply tells it of the abort, and its KV is twenty seconds late: it has to ask.
    const all = users(300);
    const candidates = all.filter(isCandidate);
    const load = setInterval(() => {
      at += 1;
      const edge = at % 2;
      const group = edge === 0 ? all : candidates;
      const user = group[at % group.length] ?? "";
      const atMs = Date.now();
      obeys(edge, user).then(
        (isBad) => seen.push({ atMs, user, isBad }),
        () => undefined,
      );
    }, 100);
    try {
      await sleep(holdsMs + 1000 - Date.now());
      await origin.kill();
      await origin.start();
      await until("the abort", async () => (await rollout()).state === "aborted", { withinMs: 120_000 });
      const aborted = await rollout();
      const abortedMs = Date.parse(aborted.end?.at ?? "");
      expect(abortedMs - holdsMs).toBeLessThanOrEqual(60_000);
      expect(aborted.sentence).toContain('the guard "generic share < 5%" is breached');
      // Whatever comes now, it stays aborted.
      await origin.kill();
      await origin.start();
      await sleep(abortedMs + 15_000 - Date.now());
      expect((await rollout()).state).toBe("aborted");
      const bad = seen.filter(({ isBad }) => isBad);
      expect(bad.length).toBeGreaterThan(5);
      expect(Math.max(...bad.map(({ atMs }) => atMs)) - abortedMs).toBeLessThanOrEqual(10_000);
      // While it held, exactly its arm had its pages, at both edges.
      for (const { user } of bad) expect(isCandidate(user)).toBe(true);
      const during = seen.filter(({ atMs }) => atMs > holdsMs + 1000 && atMs < abortedMs - 1000);
      for (const { user, isBad } of during) expect(isBad).toBe(isCandidate(user));
    } finally {
      clearInterval(load);
    }
  }, 420_000);

  test("from 1 % to all: nobody flips back and edges agree, though edges and origin are killed", async ({
    onTestFinished,
  }) => {
    const { origin, edges, admin, rollout, stage, obeys } = await world(
      { onTestFinished },
      "good",
      [0, 2000],
      {
        ROLLOUT_LEAD_S: "4",
        ROLLOUT_STEP_S: "1",
      },
    );
    const viewers = users(400);
    const restart = async (one: (typeof edges)[number]): Promise<void> => {
      await one.kill();
      await one.start();
    };
    /** An isolate that has just begun has no rules until it has read KV. */
    const warm = async (): Promise<void> => {
      for (const { url } of edges) {
        const hasRead = async (): Promise<boolean> => {
          await (await fetch(`${url}/recommendations?context=homepage&user=nobody`)).arrayBuffer();
          return (await (await fetch(`${url}/health`)).text()).includes('"generation"');
        };
        await until("the edge has read KV", hasRead, { withinMs: 20_000 });
      }
    };
    const had = new Set<string>();
    /** Asks everybody at both edges, and returns who obeys the candidate. */
    const ask = async (): Promise<readonly string[]> => {
      const obeying: string[] = [];
      await warm();
      for (let from = 0; from < viewers.length; from += 50) {
        await Promise.all(
          viewers.slice(from, from + 50).map(async (user) => {
            const [first, second] = await Promise.all([obeys(0, user), obeys(1, user)]);
            expect([user, first]).toEqual([user, second]);
            if (first) obeying.push(user);
          }),
        );
      }
      for (const user of had) expect(obeying).toContain(user);
      for (const user of obeying) had.add(user);
      return obeying;
    };
    const { id, stages, candidateVersion } = await stage(
      "--stages",
      "1,5,25,100",
      "--guard",
      "generic share < 100%",
    );
    let holdsMs = Date.parse(stages[0]?.holdsFrom ?? "");
    expect(await ask()).toEqual([]);
    const kills = [
      () => restart(edges[0] ?? origin),
      () => restart(origin),
      () => Promise.all([...edges, origin].map(restart)),
      () => restart(edges[1] ?? origin),
    ];
    for (const [at, share] of [0.01, 0.05, 0.25, 1].entries()) {
      if (at > 0) {
        const promoted = await admin("POST", "/routing/rollout/promote");
        if (promoted.status !== 200) throw new Error(`promoting: ${promoted.status}`);
        holdsMs = Date.parse((await rollout()).stages[at]?.holdsFrom ?? "");
        // Announced, and not told to anybody by this process.
        if (at !== 2) await restart(origin);
      }
      // The plan is kept to the second, whoever was killed.
      expect(Date.parse((await rollout()).stages[at]?.holdsFrom ?? "")).toBe(holdsMs);
      await sleep(holdsMs + 1500 - Date.now());
      const expected = viewers.filter((user) => armOf(id, user, share) === "candidate").toSorted();
      expect((await ask()).toSorted()).toEqual(expected);
      await kills[at]?.();
      expect((await ask()).toSorted()).toEqual(expected);
    }
    expect(had.size).toBe(viewers.length);
    await until("its end", async () => (await rollout()).state === "completed", { withinMs: 30_000 });
    expect((await rollout()).candidateVersion).toBe(candidateVersion);
    const inForce = (await (await admin("GET", "/routing")).json()) as { readonly version: number };
    expect(inForce.version).toBe(candidateVersion);
    await sleep(4000);
    expect((await ask()).length).toBe(viewers.length);
  }, 420_000);
});
