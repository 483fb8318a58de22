import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import { SIGNAL_NAMES } from "@spillway/shared/signals/signals.ts";
import { expect, test } from "vitest";
import { demoAudience } from "../audience.ts";
import { demoCatalogue, DEMO_NOW_MS } from "../catalogue.ts";
import { DEMO_SEED } from "../seed.ts";
import { createSpikeVisitors, type SpikeVisit } from "./spike-visitors.ts";

const SITE = "http://localhost:8787";
const USERS = 300;

function visits(count: number, seed = 1): SpikeVisit[] {
  const draw = createSpikeVisitors({ seed, site: SITE, users: USERS });
  return Array.from({ length: count }, draw);
}

const userOf = ({ path }: SpikeVisit) => new URL(path, SITE).searchParams.get("user") ?? undefined;

test("what the edge reads from a known viewer's request are the signals of the stored audience", () => {
  const audience = new Map(
    [
      ...demoAudience({
        seed: DEMO_SEED,
        users: USERS,
        items: demoCatalogue(DEMO_NOW_MS),
        nowMs: DEMO_NOW_MS,
      }),
    ].map(({ user, signals }) => [user, signals]),
  );
  const seen = visits(2000).filter((visit) => userOf(visit) !== undefined);
  expect(seen.length).toBeGreaterThan(1000);
  for (const visit of seen) {
    const read = readSignals({
      url: new URL(visit.path, SITE),
      header: (name) => visit.headers[name],
    });
    const expected = audience.get(userOf(visit) ?? "");
    expect(expected).toBeDefined();
    for (const name of SIGNAL_NAMES) expect([name, read[name]]).toEqual([name, expected?.[name]]);
  }
});

test("known viewers, televisions, returning strangers and new ones come, and nobody whom the demo does not know", () => {
  const all = visits(3000);
  const televisions = all.filter(({ headers }) => /SmartTV|SMART-TV/.test(headers["user-agent"] ?? ""));
  const newcomers = all.filter((visit) => userOf(visit) === undefined && visit.browser === undefined);
  const returning = all.filter(({ browser }) => browser?.startsWith("stranger-"));
  for (const group of [televisions, newcomers, returning]) expect(group.length).toBeGreaterThan(200);
  expect(televisions.every(({ headers }) => headers["cookie"] === undefined)).toBe(true);
  for (const user of all.map(userOf)) expect(user ?? "u1").toMatch(/^u[1-9]\d{0,2}$/);
  // Otherwise they count as robots, or as nobody's device.
  expect(all.every(({ headers }) => (headers["user-agent"] ?? "") !== "")).toBe(true);
});

test("the same seed sends the same visitors, and another one others", () => {
  expect(visits(50)).toEqual(visits(50));
  expect(visits(50)).not.toEqual(visits(50, 2));
});
