import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import type { NowState } from "@spillway/shared/protocol/now-state.ts";
import type { CommandRun } from "../../test/run-command.ts";
import { runHere } from "../../test/run-here.ts";
import { formatStatus } from "./status-report.ts";

const AT_MS = Date.parse("2026-07-10T20:03:12Z");
const none = { individual: 0, tailored: 0, cluster: 0, parent: 0, generic: 0, builtin: 0 };

function each(value: number): number[] {
  return Array.from({ length: 900 }, () => value);
}

function state(changes: Partial<NowState> = {}): NowState {
  const calls = {
    individual: [10, 31],
    tailored: [0, 930],
    cluster: [0, 39],
    parent: [0],
    generic: [0],
    builtin: [0],
  };
  return {
    atMs: AT_MS,
    instance: "here",
    sentence: "Over the threshold for 3 min 12 s.",
    mode: { inForce: "auto", ofRouting: "auto", untilMs: null, by: null, thresholdPerSec: null },
    band: "evening",
    thresholdPerSec: 200,
    instances: 1,
    routingVersion: 12,
    overSinceMs: AT_MS - 192_000,
    seconds: {
      fromMs: AT_MS - 900_000,
      demand: each(12_345),
      offered: each(203),
      admitted: each(200),
      threshold: each(200),
    },
    mix: {
      fromMs: AT_MS - 900_000,
      calls,
      originFailed: [0, 0],
      untilMs: AT_MS - 7000,
      latest: {
        spanMs: 60_000,
        calls: { ...none, individual: 31, tailored: 930, cluster: 39 },
        originFailed: 0,
      },
    },
    isolates: {
      heard: 4,
      byVersion: [
        { version: 12, candidate: null, isolates: 3 },
        { version: null, candidate: null, isolates: 1 },
      ],
    },
    pages: { oldestS: 44, medianS: 12, objectiveS: 120, over: 0, generation: 9 },
    queue: { lagS: 3.25, unfolded: 5 },
    deadLetters: 2,
    changes: [
      {
        atMs: AT_MS - 60_000,
        by: "ada",
        action: "routing.push",
        subject: "routing 12",
        note: "final",
        revertTo: 11,
      },
    ],
    origin: { health: "healthy", reasons: [], bearableShare: 1, startedMs: 0 },
    rollout: null,
    ...changes,
  };
}

/** What the origin was asked last. */
let asked = "";

async function originWith(answer: unknown, code = 200): Promise<string> {
  const fetch = (request: Request): Response => {
    const { pathname, search } = new URL(request.url);
    asked = search;
    return pathname === "/now"
      ? Response.json(answer, { status: code })
      : new Response(null, { status: 404 });
  };
  const server = serve({ fetch, port: 0, hostname: "127.0.0.1" });
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function status(...args: readonly string[]): Promise<CommandRun> {
  return runHere(["status", ...args], { ADMIN_TOKEN: "a".repeat(43) });
}

test("is one screen: the sentence, demand against the threshold, and what isolates have served", async () => {
  const { code, stdout } = await status("--origin", await originWith(state()));
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toBe("Over the threshold for 3 min 12 s.");
  expect(lines[2]).toBe("demand 12,345/s, offered 203/s, admitted 200/s; threshold 200/s; 15 minutes:");
  expect(lines.some((line) => /^tailored +930 +93\.00 % +930 +92\.08 %$/.test(line))).toBe(true);
  expect(stdout).toContain("As isolates report it, up to 7 s ago.");
  expect(stdout).toContain("4 heard of in two minutes: 3 on version 12, 1 on a version that they do not say");
  expect(stdout).toContain("3.3 s from isolate to origin; 5 events wait for a cycle; dead letters: 2");
  expect(stdout).toContain("2026-07-10 20:02:12Z ada routing.push routing 12: final");
  expect(lines.length).toBeLessThan(40);
});

test("is JSON for programs, and says with an exit code why there is none", async () => {
  const { code, stdout } = await status("--json", "--origin", await originWith(state()));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(state());
  const refused = await status("--origin", await originWith({ title: "no", detail: "a wrong token" }, 401));
  expect(refused).toMatchObject({ code: 1, stderr: "The origin refused: a wrong token\n" });
  const away = await status("--origin", "http://127.0.0.1:9");
  expect(away).toMatchObject({ code: 3, stderr: expect.stringContaining("cannot be reached") });
  const nowhere = await status("--origin", "nonsense");
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining("--origin: must be an address") });
});

test("a moment that has passed is asked for by its time", async () => {
  const origin = await originWith(state());
  const { code, stdout } = await status("--until", "2026-07-10T22:03:12+02:00", "--origin", origin);
  expect(code).toBe(0);
  expect(asked).toBe("?until=2026-07-10T20%3A03%3A12.000Z");
  expect(stdout).toContain("As of 2026-07-10 20:03:12 UTC:\nOver the threshold for 3 min 12 s.");
  expect(await status("--until", "yesterday")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("2026-07-10T20:15:00Z"),
  });
});

test("tells of a rollout in its own sentence", () => {
  const rollout = { sentence: "Rollout r2 of version 13 holds for 25 %." } as NowState["rollout"];
  expect(formatStatus(state({ rollout }))).toContain("Rollout    Rollout r2 of version 13 holds for 25 %.");
});

test("says how the newest model was judged on the audience's last day", () => {
  expect(formatStatus(state())).not.toContain("Model ");
  const figures = { verdict: "stays", users: 240, inForce: 0.31, anew: 0.22, gainAtLeast: -0.1 } as const;
  const sentence = "not taken, the model in force stays: NDCG@10 0.2200 after 0.3100";
  const text = formatStatus(state({ model: { atMs: AT_MS - 60_000, ...figures, sentence } }));
  expect(text).toContain(`\nModel      of 2026-07-10 20:02:12Z: ${sentence}\n`);
});

test("says what is not known yet, and what has no limit", () => {
  const { seconds, mix } = state();
  const text = formatStatus(
    state({
      seconds: {
        ...seconds,
        demand: seconds.demand.map(() => null),
        threshold: seconds.threshold.map(() => null),
      },
      mix: { ...mix, untilMs: null },
      isolates: { heard: 0, byVersion: [] },
      pages: { oldestS: null, medianS: null, objectiveS: 120, over: 0, generation: null },
      queue: { lagS: null, unfolded: 0 },
      changes: [],
    }),
    60,
  );
  expect(text).toContain("demand not known, offered 203/s, admitted 200/s; no threshold");
  expect(text).toContain("No isolate has reported yet");
  expect(text).toContain("Pages      none yet");
  expect(
    Math.max(
      ...text
        .split("\n")
        .filter((line) => line.includes("┤"))
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(60);
});
