/**
 * A rollout on real processes: a rule that gives everybody the generic page is aborted in its 25 % stage, and
 * the edge is back before KV says so.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  eventually,
  REPOSITORY,
  startSpillway,
  TOKENS,
  type Spillway,
} from "@spillway/cli/test/start-spillway.ts";
import { rolloutAnswerSchema, type RolloutStatus } from "@spillway/shared/protocol/rollout-status.ts";
import { armOf } from "@spillway/shared/routing/rollout/rollout.ts";

const REQUESTS_PER_SEC = 10;
const USERS = 300;

let spillway: Spillway;

beforeAll(async () => {
  spillway = await startSpillway();
}, 600_000);

afterAll(() => spillway.stop(), 30_000);

type Seen = { readonly atMs: number; readonly user: string; readonly isGeneric: boolean };

async function rollout(): Promise<RolloutStatus> {
  const response = await fetch(`${spillway.originUrl}/routing/rollout`, {
    headers: { authorization: `Bearer ${TOKENS.ADMIN_TOKEN}` },
  });
  const status = rolloutAnswerSchema.parse(await response.json()).rollout;
  if (status === null) throw new Error("no rollout has begun");
  return status;
}

/** Visitors at a steady rate until it is told to end; a slow answer delays nobody. */
function visitors() {
  const seen: Seen[] = [];
  let at = 0;
  const timer = setInterval(() => {
    const user = `viewer-${at++ % USERS}`;
    const atMs = Date.now();
    fetch(`${spillway.edgeUrl}/recommendations?context=homepage&user=${user}`)
      .then(async (response) => {
        await response.arrayBuffer();
        const served = response.headers.get("spillway-served") ?? "";
        seen.push({ atMs, user, isGeneric: served.startsWith("generic;reason=rule") });
      })
      .catch(() => undefined);
  }, 1000 / REQUESTS_PER_SEC);
  return { seen, end: () => clearInterval(timer) };
}

test("a bad candidate is aborted in its first minute, and nobody gets its pages ten seconds later", async () => {
  const file = join(spillway.dataDirectory, "bad.toml");
  const rule = '\n[[rules]]\nname = "all-generic"\nwhen = { entry = "*" }\nthen = "generic"\n';
  writeFileSync(file, readFileSync(join(REPOSITORY, "edge/routing.toml"), "utf8") + rule);
  const load = visitors();
  try {
    const pushed = await spillway.command("routing", "push", file, "--stages", "25,100", "--every", "10m");
    expect([pushed.code, pushed.stderr]).toEqual([0, ""]);
    const { id, stages } = await rollout();
    const holdsMs = Date.parse(stages[0]?.holdsFrom ?? "");
    expect(holdsMs - Date.now()).toBeGreaterThan(80_000);

    const aborted = await eventually(240_000, rollout, ({ state }) => state === "aborted");
    const abortedMs = Date.parse(aborted.end?.at ?? "");
    expect(abortedMs - holdsMs).toBeLessThanOrEqual(60_000);
    expect(aborted.sentence).toContain('the guard "generic share < 5%" is breached');
    await new Promise((resolve) => setTimeout(resolve, 15_000));

    const generic = load.seen.filter(({ isGeneric }) => isGeneric);
    const backMs = Math.max(...generic.map(({ atMs }) => atMs));
    expect(generic.length).toBeGreaterThan(3);
    expect(backMs - abortedMs).toBeLessThanOrEqual(10_000);
    // While it held, exactly its arm had its pages, on every isolate.
    for (const { user } of generic) expect(armOf(id, user, 0.25)).toBe("candidate");
    const during = load.seen.filter(({ atMs }) => atMs > holdsMs + 1000 && atMs < abortedMs - 1000);
    for (const { user, isGeneric } of during) expect(isGeneric).toBe(armOf(id, user, 0.25) === "candidate");
  } finally {
    load.end();
  }
}, 420_000);
