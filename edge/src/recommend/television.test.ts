/** A television keeps no cookies: with the origin down, the viewer map tells of its viewer. */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { viewerStateOf } from "@spillway/model/profile/viewer-state-of.ts";
import { packShard } from "@spillway/model/profile/viewer-shard.ts";
import { packViewerState } from "@spillway/model/profile/viewer-state-codec.ts";
import { checkPage } from "@spillway/shared/protocol/page.ts";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { viewerShardKey, viewerShardOf } from "@spillway/shared/protocol/viewer-map.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { cookiesAfter, DRAMA_FAN } from "../../test/test-viewer.ts";
import { putTailoringSite, readyEdge } from "../../test/worker/tailoring.ts";
import { putRouting } from "../../test/worker/test-edge.ts";

const BITS = 3;
const WATCHED = [1, 2, 3];
const hashUser = createUserHash(inject("origin").token);

/** Users of whom the map knows that they have watched the dramas 1 to 3. */
async function putMap(users: readonly string[], writtenMs = Date.now()): Promise<void> {
  const history = WATCHED.map((item) => ({ item, weight: 1, timeMs: writtenMs - 3_600_000 }));
  const state = viewerStateOf({ history, hidden: [] }, DRAMA_FAN, writtenMs - 3_600_000, writtenMs);
  const hashes = users.map(hashUser);
  for (const shard of new Set(hashes.map((hash) => viewerShardOf(BITS, hash)))) {
    const own = hashes.filter((hash) => viewerShardOf(BITS, hash) === shard);
    const entries = own.map((hash) => ({ hash, state: packViewerState(state, ownerTagOf(hash)).bytes }));
    await env.PAGES.put(viewerShardKey(BITS, shard), packShard(entries));
  }
  await env.PAGES.put(KV_KEY.viewers, JSON.stringify({ version: 1, bits: BITS }));
}

function home(user: string): string {
  return `/recommendations?user=${user}&context=homepage`;
}

async function rungOf(response: Promise<Response>): Promise<string> {
  return (await response).headers.get("spillway-served")?.split(";")[0] ?? "";
}

async function againOf(response: Response): Promise<string[]> {
  const page = checkPage(await response.text());
  if (!page.ok) throw new Error("no page");
  return page.value.carousels
    .filter(({ id }) => id === "again")
    .flatMap(({ items }) => items.map(({ id }) => id));
}

beforeEach(() => putTailoringSite());
afterEach(reset);

describe("a television that sends its user and no cookie, with the origin down", () => {
  test("is tailored: all of the users with three plays, from the first request on", async () => {
    const users = Array.from({ length: 200 }, (_, at) => `tv-${at}`);
    await putMap(users);
    const edge = await readyEdge();
    let tailored = 0;
    for (const user of users) if ((await rungOf(edge.get(home(user)))) === "tailored") tailored += 1;
    expect(tailored).toBe(200);
    expect((await againOf(await edge.get(home("tv-7")))).toSorted()).toEqual(["film-1", "film-2", "film-3"]);
    expect(await rungOf(edge.get(home("nobody")))).not.toBe("tailored");
  });

  test("gets no cookie of what the map knows", async () => {
    await putMap(["tv-1"]);
    const edge = await readyEdge();
    const response = await edge.get(home("tv-1"));
    expect(response.headers.getSetCookie().filter((cookie) => cookie.startsWith("spillway_viewer="))).toEqual(
      [],
    );
  });

  test("is not tailored where history does not travel by the map, or needs consent that no cookie gives", async () => {
    await putMap(["tv-1"]);
    for (const tailoring of [{ history: "cookie" }, { history: "off" }, { consent_cookie: "consent=yes" }]) {
      await putRouting({ tailoring });
      expect(await rungOf((await readyEdge()).get(home("tv-1")))).not.toBe("tailored");
    }
    expect(await rungOf((await readyEdge()).get(home("tv-1"), { cookie: "consent=yes" }))).toBe("tailored");
  });

  test("is not tailored by what was written before its user was erased", async () => {
    await putMap(["tv-1"], Date.now() - 5000);
    const erased = [[ownerTagOf(hashUser("tv-1")), Math.floor(Date.now() / 1000)]];
    await env.PAGES.put(KV_KEY.erasures, JSON.stringify({ version: 1, erased }));
    expect(await rungOf((await readyEdge()).get(home("tv-1")))).not.toBe("tailored");
  });
});

test("who begins with a new browser while the origin is down keeps what the map knows when a play is posted", async () => {
  await putMap(["u42"]);
  const edge = await readyEdge();
  const events = [{ id: "e1", type: "play", item: "film-30", user: "u42" }];
  const posted = await edge.post("/events?user=u42", JSON.stringify({ events }));
  const again = await againOf(await edge.get(home("u42"), { cookie: cookiesAfter(posted) }));
  expect(again[0]).toBe("film-30");
  expect(again.toSorted()).toEqual(["film-1", "film-2", "film-3", "film-30"]);
});
