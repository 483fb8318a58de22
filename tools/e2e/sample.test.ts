/**
 * The sample on real parts, from the edge through its queue to the origin's data and an exported file: what
 * rules need is in it, and nothing that could name somebody.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, startSpillway, type Spillway } from "@spillway/cli/test/start-spillway.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { readTuples } from "@spillway/shared/sample/tuple-lines.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { sampleParts } from "@spillway/store/schema.ts";

/** Stands in every planted value, whatever the edge makes of it. */
const MARK = "zq7";
const REQUESTS = 2000;
const AT_ONCE = 16;
/** Of the visitors who came by the link that many came by. */
const COMMON = "the-final";

let spillway: Spillway;

beforeAll(async () => {
  spillway = await startSpillway({ REFRESH_CADENCE_S: "5" });
});

afterAll(() => spillway.stop(), 30_000);

/** A request with nine values of a person's own, of which one is a mail address and one an id. */
function planted(at: number): readonly [path: string, headers: Record<string, string>] {
  const own = (kind: string): string => `${MARK}${kind}${at}`;
  const campaign = at % 2 === 0 ? `${own("mail")}@example.com` : `${own("cust")}-${900_000_000 + at}`;
  const query = new URLSearchParams({
    context: "homepage",
    user: own("user"),
    utm_source: own("source"),
    utm_medium: "email",
    utm_campaign: campaign,
    event: own("event"),
  });
  return [
    `/recommendations?${query.toString()}`,
    {
      "user-agent": `${own("agent")}/1.0 (Linux; Android 14)`,
      "cf-connecting-ip": `203.0.113.${at % 250}`,
      "x-forwarded-for": `203.0.113.${at % 250}`,
      "x-user-id": own("header"),
      referer: `https://mail.example/inbox/${own("path")}?campaign=${own("referred")}`,
      cookie: `session=${own("cookie")}; team=ESP`,
    },
  ];
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(`${spillway.edgeUrl}${path}`, { headers });
  await response.arrayBuffer();
  expect(response.status).toBe(200);
}

/** One of the many. */
function askAsFan(at: number): Promise<void> {
  return ask(
    `/recommendations?context=homepage&user=fan-${at}&team=BEL&utm_medium=cpc&utm_campaign=${COMMON}`,
  );
}

async function askAll(count: number, of: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await of(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function exported(): Promise<DecisionTuple[]> {
  const file = join(spillway.dataDirectory, "sample.jsonl");
  const { code } = await spillway.command("sample", "export", file);
  return code === 0 ? [...readTuples(readFileSync(file, "utf8").split("\n"), file)] : [];
}

function weightOf(tuples: readonly DecisionTuple[]): number {
  return tuples.reduce((sum, { weight }) => sum + weight, 0);
}

/** All that is stored of folded days. */
function storedText(): string {
  const database = openDatabase(join(spillway.dataDirectory, "spillway.db"));
  try {
    const parts = database.db.select({ lines: sampleParts.lines }).from(sampleParts).all();
    return parts.map(({ lines }) => gunzipSync(lines).toString()).join("\n");
  } finally {
    database.close();
  }
}

test("what many have in common is in the sample, and of 10,000 planted ids, addresses and agents none", async () => {
  await askAll(300, askAsFan);
  await askAll(REQUESTS, (at) => ask(...planted(at)));
  // Who keeps no cookies is a new visitor with each request, and one all the same.
  await askAll(40, () => ask(`/recommendations?context=homepage&utm_campaign=${MARK}again`));
  await askAll(300, (at) => askAsFan(at + 300));
  const asked = 300 + REQUESTS + 40 + 300;

  const tuples = await eventually(60_000, exported, (some) => weightOf(some) > 0.7 * asked);
  // Visitors of the last report, and of outcomes that hardly anybody had, may be missing.
  expect(weightOf(tuples) / asked).toBeGreaterThan(0.7);
  expect(weightOf(tuples) / asked).toBeLessThan(1.3);
  const ofLink = tuples.filter(({ signals }) => signals.campaign === COMMON);
  expect(ofLink.length).toBeGreaterThanOrEqual(10);
  expect(new Set(ofLink.map(({ signals }) => signals.team))).toEqual(new Set(["BEL"]));

  for (const text of [storedText(), tuples.map((tuple) => JSON.stringify(tuple)).join("\n")]) {
    expect(text).toContain(COMMON);
    expect(text).not.toContain(MARK);
    expect(text).not.toMatch(/fan-\d|203.0.113|example.com|v_[0-9a-f]{8}|[0-9a-f]{16}/);
  }
}, 240_000);

test("an origin refuses the days that are its own, and exports as few tuples as are asked for", async () => {
  const file = join(spillway.dataDirectory, "sample.jsonl");
  const refused = await spillway.command("sample", "import", file);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("recorded by this origin itself"),
  ]);
  const thinned = join(spillway.dataDirectory, "thinned.jsonl.gz");
  await spillway.command("sample", "export", thinned, "--at-most", "20");
  const lines = gunzipSync(readFileSync(thinned)).toString().trim().split("\n");
  expect(lines).toHaveLength(20);
});
