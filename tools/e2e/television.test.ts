/** A television sends its user and keeps no cookies: the viewer map tailors its pages, the origin killed. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { itemIds, see } from "@spillway/cli/test/client.ts";
import { eventually, startSpillway, type Spillway } from "@spillway/cli/test/start-spillway.ts";
import { PLAY_WEIGHT, unpackHistory } from "@spillway/model/profile/history.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { iterateProfiles } from "@spillway/store/profiles/profiles.ts";
import { VISITOR_ID } from "@spillway/shared/protocol/wire.ts";

const TELEVISIONS = 200;

let spillway: Spillway;

beforeAll(async () => {
  spillway = await startSpillway({ REFRESH_CADENCE_S: "5" });
}, 600_000);

afterAll(() => spillway.stop(), 30_000);

/** Users of the demo with three plays or more. */
function usersWithThreePlays(count: number): string[] {
  const database = openDatabase(join(spillway.dataDirectory, "spillway.db"));
  try {
    return Iterator.from(iterateProfiles(database))
      .filter(({ user }) => !VISITOR_ID.test(user))
      .filter(
        ({ history }) => unpackHistory(history).filter(({ weight }) => weight >= PLAY_WEIGHT).length >= 3,
      )
      .take(count)
      .map(({ user }) => user)
      .toArray();
  } finally {
    database.close();
  }
}

test("at least 99 % of the users with three plays are tailored with the origin dead", async () => {
  const { edgeUrl, originUrl, command } = spillway;
  const home = (user: string) => see(`${edgeUrl}/recommendations?user=${user}&context=homepage`);
  await eventually(
    60_000,
    () => command("viewers", "--json"),
    ({ stdout }) => stdout.includes('"users"'),
  );
  const users = usersWithThreePlays(TELEVISIONS);
  expect(users).toHaveLength(TELEVISIONS);
  const { pid } = (await (await fetch(`${originUrl}/health`)).json()) as { readonly pid: number };
  process.kill(pid, "SIGKILL");
  // The isolate may not have read the packs yet, and the origin is found dead by the first requests.
  await eventually(
    30_000,
    () => home(users[0] ?? ""),
    ({ servedAs }) => servedAs === "tailored",
  );
  const rungs = [];
  for (const user of users) rungs.push((await home(user)).servedAs);
  const share = rungs.filter((rung) => rung === "tailored").length / rungs.length;
  expect(share).toBeGreaterThanOrEqual(0.99);
  const pages = await Promise.all(users.slice(0, 20).map(home));
  expect(new Set(pages.map((page) => itemIds(page).join(" "))).size).toBeGreaterThan(10);
  const stranger = await home("somebody-of-whom-nothing-is-known");
  expect(stranger.status).toBe(200);
  expect(stranger.servedAs).not.toBe("tailored");
}, 200_000);
