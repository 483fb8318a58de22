/** One client that invents users against a whole running Spillway: what it can store, and what that moves. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { see } from "@spillway/cli/test/client.ts";
import { eventually, startSpillway, type Spillway } from "@spillway/cli/test/start-spillway.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { lastEventSeq } from "@spillway/store/events/events.ts";
import { latestDoneGeneration } from "@spillway/store/pages/generations.ts";
import { allClusters } from "@spillway/store/pages/clusters.ts";
import { countProfiles } from "@spillway/store/profiles/profiles.ts";
import { foldCursor } from "@spillway/store/state.ts";

const ATTACK_MS = 15_000;
const CLIENTS = 8;
/** 50 new ids in each ten seconds, and a post that comes before the limit is reached may name 20. */
const MOST_IDS = 3 * (50 + 19);

let spillway: Spillway;

beforeAll(async () => {
  spillway = await startSpillway({ REFRESH_CADENCE_S: "5" });
}, 100_000);

afterAll(() => spillway.stop(), 30_000);

function stored() {
  const database = openDatabase(join(spillway.dataDirectory, "spillway.db"), { readonly: true });
  try {
    return {
      events: lastEventSeq(database),
      folded: foldCursor(database),
      profiles: countProfiles(database),
      generation: latestDoneGeneration(database)?.generation ?? 0,
      clusters: allClusters(database).map(({ id, parent, members }) => ({ id, parent, members })),
    };
  } finally {
    database.close();
  }
}

/** Posts as fast as it can; each post names as many users as the edge takes, or as a body may hold. */
async function attack(users: number, statuses: Map<number, number>): Promise<number> {
  const untilMs = Date.now() + ATTACK_MS;
  let sent = 0;
  while (Date.now() < untilMs) {
    const events = Array.from({ length: users }, () => ({
      id: randomUUID(),
      type: "play",
      item: "hub-bel",
      user: `invented-${randomUUID()}`,
    }));
    const response = await fetch(`${spillway.edgeUrl}/events?team=ESP`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: JSON.stringify({ events }),
    });
    await response.arrayBuffer();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    sent += users;
  }
  return sent;
}

test("15 s of invented users store no more than the limit, and move no cluster", async () => {
  const before = await eventually(
    60_000,
    () => Promise.resolve(stored()),
    ({ clusters }) => clusters.length > 1,
  );
  const statuses = new Map<number, number>();
  const sizes = Array.from({ length: CLIENTS }, (_, at) => [1, 20, 500][at % 3] ?? 1);
  const sent = (await Promise.all(sizes.map((users) => attack(users, statuses)))).reduce((a, b) => a + b, 0);
  // A viewer on the same line has a page and a play in the meantime.
  const { headers } = await see(`${spillway.edgeUrl}/recommendations?context=homepage`);
  const viewer = await fetch(`${spillway.edgeUrl}/events`, {
    method: "POST",
    headers: { cookie: headers.getSetCookie()[0]?.split(";")[0] ?? "", "content-type": "text/plain" },
    body: JSON.stringify([{ id: randomUUID(), type: "play", item: "hub-esp" }]),
  });
  expect(viewer.status).toBe(202);
  const after = await eventually(
    120_000,
    () => Promise.resolve(stored()),
    ({ events, folded, generation }) =>
      events > before.events && folded === events && generation > before.generation + 2,
  );
  console.log(
    `sent ${sent} events of invented users; stored ${after.events - before.events}, ` +
      `profiles ${after.profiles - before.profiles}; statuses ${JSON.stringify([...statuses])}`,
  );
  expect(new Set(statuses.keys())).toEqual(new Set([202, 429]));
  expect(sent).toBeGreaterThan(10 * MOST_IDS);
  expect(after.profiles - before.profiles).toBeLessThanOrEqual(MOST_IDS + 1);
  expect(after.clusters).toEqual(before.clusters);
});
