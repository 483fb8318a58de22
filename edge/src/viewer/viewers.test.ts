import { env } from "cloudflare:workers";
import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readViewerState, viewerStateBytes } from "@spillway/model/profile/viewer-state-codec.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { packErasures } from "@spillway/shared/protocol/erasures.ts";
import { cookiesAfter, DRAMA_FAN, tagOf, viewerSet, viewerText } from "../../test/test-viewer.ts";
import {
  putIndex,
  putPage,
  putRouting,
  testEdge,
  type OriginBehaviour,
} from "../../test/worker/test-edge.ts";
import { putCatalogue } from "../../test/worker/test-catalogue.ts";
import type { Bindings } from "../env.ts";

const QUEUE = { sendBatch: () => Promise.resolve() } as unknown as Bindings["EVENTS"];
const TOKEN_KEYS = "a-secret-of-thirty-two-characters";

beforeEach(async () => {
  await putIndex();
  await putRouting({});
  for (const cluster of ["generic", "esp", "bel", "other", "esp.social"]) await putPage(cluster);
  await putCatalogue(["film-1", "film-2", "film-3", "film-4"]);
});
afterEach(reset);

function edgeWith(overrides: Partial<Bindings> = {}, behaviour: OriginBehaviour = "down") {
  const edge = testEdge(behaviour, { EVENTS: QUEUE, ...overrides });
  const token = edge.bindings.EDGE_TOKEN ?? "";
  return {
    ...edge,
    token,
    play: (user: string | undefined, items: readonly string[], cookie = "", events: object = {}) =>
      edge.post(
        user === undefined ? "/events" : `/events?user=${user}`,
        JSON.stringify({
          events: items.map((item) => ({ id: crypto.randomUUID(), type: "play", item, ...events })),
        }),
        { "content-type": "application/json", ...(cookie !== "" && { cookie }) },
      ),
    page: (user: string | undefined, cookie = "") =>
      edge.get(`/recommendations${user === undefined ? "" : `?user=${user}`}`, { cookie }),
    viewers: async () => ((await edge.health()) as { viewers: Record<string, number> }).viewers,
  };
}

function watchedIn(state: ViewerState): number[] {
  return [...state.titles.items];
}

describe("after a post", () => {
  test("the answer brings what was played, of an isolate that has just begun too, with the origin away", async () => {
    const edge = edgeWith();
    const first = await edge.play("u42", ["film-1", "film-3"]);
    expect(first.status).toBe(202);
    expect(first.headers.getSetCookie().join()).toMatch(
      /spillway_viewer=[\w-]{20,}; Path=\/; Max-Age=7776000; SameSite=Lax; HttpOnly$/,
    );
    const { ownerTag, state } = seen(first);
    expect([ownerTag, watchedIn(state)]).toEqual([tagOf("u42", edge.token), [1, 3]]);
    const second = await edge.play("u42", ["film-2"], cookiesAfter(first));
    expect(watchedIn(seen(second).state)).toEqual([1, 2, 3]);
    expect(seen(second).state.recent[0]?.item).toBe(2);
  });

  test.each([
    ["impression", {}, undefined],
    ["click", {}, false],
    ["progress", { progress: 0.5 }, false],
    ["progress", { progress: 0.9 }, true],
    ["complete", {}, true],
  ])("a %s %j counts as watched: %s", async (type, more, watched) => {
    const set = viewerSet(await edgeWith().play("u42", ["film-1"], "", { type, ...more }));
    const titles = { watched: Uint8Array.of(watched === true ? 1 : 0) };
    expect({ set }).toMatchObject({ set: watched === undefined ? undefined : { state: { titles } } });
  });

  test("what is hidden stands in it", async () => {
    const { state } = seen(await edgeWith().play("u42", ["film-4"], "", { type: "hide" }));
    expect([...state.hidden]).toEqual([4]);
  });

  test("an item that no pack knows is left out, and counted", async () => {
    const edge = edgeWith();
    expect(watchedIn(seen(await edge.play("u42", ["film-1", "film-99"])).state)).toEqual([1]);
    expect(viewerSet(await edge.play("u42", ["film-99"]))).toBeUndefined();
    expect(await edge.viewers()).toMatchObject({ itemsUnknown: 2, written: 1 });
  });

  test("without a catalogue nothing is set, nobody waits, and it is counted", async () => {
    await env.PAGES.delete("packs");
    const edge = edgeWith();
    expect(viewerSet(await edge.play("u42", ["film-1"]))).toBeUndefined();
    expect(await edge.viewers()).toMatchObject({ eventsWithoutPack: 1, written: 0 });
  });

  test("a post that is refused changes nothing", async () => {
    const away = edgeWith({
      EVENTS: { sendBatch: () => Promise.reject(new Error("down")) } as unknown as Bindings["EVENTS"],
    });
    const limited = edgeWith({ NEW_ID_LIMIT: { limit: () => Promise.resolve({ success: false }) } });
    const answers = [
      await away.play("u42", ["film-1"]),
      await limited.play("u42", ["film-1"]),
      await edgeWith().play("u42", ["film-1"], "", { type: "watch" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 429, 400]);
    expect(answers.map((answer) => viewerSet(answer))).toEqual([undefined, undefined, undefined]);
  });

  test("a visitor without a login has a state of their own", async () => {
    const edge = edgeWith();
    const first = await edge.play(undefined, ["film-1"]);
    const visitor = /spillway_visitor=([\w-]+)/.exec(first.headers.getSetCookie().join())?.[1] ?? "";
    expect(seen(first).ownerTag).toBe(tagOf(`v_${visitor}`, edge.token));
    const second = await edge.play(undefined, ["film-2"], cookiesAfter(first));
    expect(watchedIn(seen(second).state)).toEqual([1, 2]);
  });
});

describe("events of others", () => {
  test("do not count for the request's own user", async () => {
    const edge = edgeWith();
    const post = await edge.post(
      "/events?user=u42",
      JSON.stringify({
        events: [
          { id: "a", type: "play", item: "film-1" },
          { id: "b", type: "play", item: "film-2", user: "u7" },
        ],
      }),
    );
    expect([seen(post).ownerTag, watchedIn(seen(post).state)]).toEqual([tagOf("u42", edge.token), [1]]);
  });

  test("a batch that is all about one user is that one's, and one of many is nobody's", async () => {
    const edge = edgeWith();
    const own = await edge.play(undefined, ["film-1", "film-2"], "", { user: "u42" });
    expect(seen(own)).toMatchObject({ ownerTag: tagOf("u42", edge.token) });
    const many = await edge.post(
      "/events",
      JSON.stringify({
        events: ["u1", "u2"].map((user) => ({ id: user, type: "play", item: "film-1", user })),
      }),
    );
    expect(viewerSet(many)).toBeUndefined();
  });

  test("a gateway gets nobody's state", async () => {
    const edge = edgeWith();
    const answer = await edge.post(
      "/events",
      JSON.stringify({ events: [{ id: "a", type: "play", item: "film-1", user: "u42" }] }),
      { "content-type": "application/json", authorization: `Bearer ${edge.token}` },
    );
    expect([answer.status, viewerSet(answer)]).toEqual([202, undefined]);
  });

  test("of another user in the same browser nothing is read, and a post replaces it", async () => {
    const edge = edgeWith();
    const first = await edge.play("u42", ["film-1", "film-2"]);
    const cookies = cookiesAfter(first);
    const other = await edge.play("u7", ["film-3"], cookies);
    expect([seen(other).ownerTag, watchedIn(seen(other).state)]).toEqual([tagOf("u7", edge.token), [3]]);
    expect(viewerSet(await edge.page("u7", cookies))).toBeUndefined();
    expect(await edge.viewers()).toMatchObject({ otherOwner: 2 });
  });
});

const signalsAt = async (edge: ReturnType<typeof edgeWith>) =>
  (await edge.requests()).map(
    ({ headers }) => JSON.parse(headers["spillway-signals"] ?? "{}") as Record<string, string>,
  );

describe("with a page", () => {
  test("its owner's taste, recency and depth are signals, and nobody else's", async () => {
    const edge = edgeWith({}, "ok");
    const cookie = `spillway_viewer=${viewerText("u42", edge.token)}`;
    await edge.page("u42", cookie);
    await edge.page("u7", cookie);
    await edge.page(undefined, cookie);
    expect(await signalsAt(edge)).toMatchObject([
      DRAMA_FAN,
      { affinity: "none", depth: "new" },
      { affinity: "none", depth: "new" },
    ]);
  });

  test("the origin is asked with what it may not have heard of yet, and with nobody else's", async () => {
    const edge = edgeWith({}, "ok");
    const known = viewerText("u42", edge.token, { watched: [1, 2], atMs: Date.now() - 86_400_000 });
    const cookie = cookiesAfter(await edge.play("u42", ["film-4"], `spillway_viewer=${known}`));
    for (const user of ["u42", "u7"]) await edge.page(user, cookie);
    const [own = "", others] = (await edge.requests()).map(({ headers }) => headers["spillway-viewer"]);
    const read = readViewerState(viewerStateBytes(own) ?? new Uint8Array());
    expect(read?.ownerTag).toBe(tagOf("u42", edge.token));
    // Those at the watermark may be on their way too.
    expect(read && watchedIn(read.state)).toEqual([1, 2, 4]);
    expect(others).toBeUndefined();
  });

  test("the origin's state takes the place of what was carried, but for plays that it has not seen", async () => {
    const edge = edgeWith({}, "ok");
    const played = cookiesAfter(await edge.play("u42", ["film-4"]));
    const before = viewerText("u42", edge.token, { watched: [3], atMs: Date.now() - 7_200_000 });
    const page = await edge.page("u42", played);
    expect(watchedIn(seen(page).state)).toEqual([1, 2, 4]);
    const older = await edge.page("u42", `spillway_viewer=${before}`);
    expect(watchedIn(seen(older).state)).toEqual([1, 2]);
    const stranger = await edge.page("u7", played);
    expect(seen(stranger)).toMatchObject({ ownerTag: tagOf("u7", edge.token) });
    expect(watchedIn(seen(stranger).state)).toEqual([1, 2]);
  });

  test("what the origin sends in no such form, or of somebody else, is left out", async () => {
    expect(viewerSet(await edgeWith({}, "odd-headers").page("u42"))).toBeUndefined();
  });

  test.each([
    ["percent signs", "%00"],
    ["a version alone", "AQ"],
    ["another version", "AgAAAAAAAAAAAA"],
    ["no base64url", "x=y"],
    ["zeros", "AQAAAAAAAAAAAAAA"],
    ["ones, as many as there may be", `AQ${"_".repeat(2990)}`],
    ["more than there may be", "A".repeat(3500)],
  ])("a hostile cookie of %s says nothing, and is removed", async (_, value) => {
    const edge = edgeWith();
    const cookie = `spillway_viewer=${value}`;
    const page = await edge.page("u42", cookie);
    expect([page.status, viewerSet(page)]).toEqual([200, "removed"]);
    expect(watchedIn(seen(await edge.play("u42", ["film-1"], cookie)).state)).toEqual([1]);
    expect(await edge.viewers()).toMatchObject({ unreadable: 2 });
  });

  test("a state from the future, which would outlive an erasure, says nothing", async () => {
    const edge = edgeWith({}, "ok");
    const ahead = viewerText("u42", edge.token, { watched: [3], atMs: Date.now() + 3_600_000 });
    await edge.page("u42", `spillway_viewer=${ahead}`);
    expect(await signalsAt(edge)).toMatchObject([{ affinity: "none" }]);
  });

  test("one from before an erasure says nothing, and is removed; one from after it counts", async () => {
    const edge = edgeWith();
    const erasedMs = Date.now() - 60_000;
    const erasures = [{ ownerTag: tagOf("u42", edge.token), erasedMs }];
    await env.PAGES.put("erasures", JSON.stringify(packErasures(1, erasures)));
    const text = (atMs: number) => `spillway_viewer=${viewerText("u42", edge.token, { watched: [1], atMs })}`;
    expect(viewerSet(await edge.page("u42", text(erasedMs - 5000)))).toBe("removed");
    expect(watchedIn(seen(await edge.play("u42", ["film-2"], text(erasedMs - 5000))).state)).toEqual([2]);
    expect(watchedIn(seen(await edge.play("u42", ["film-2"], text(erasedMs + 5000))).state)).toEqual([1, 2]);
    expect(await edge.viewers()).toMatchObject({ erased: 2, known: 1, erasuresListed: 1 });
  });
});

describe("[tailoring]", () => {
  test.each(["off", "map"])("with history %s no title travels, and the taste does", async (history) => {
    await putRouting({ tailoring: { history } });
    const edge = edgeWith({}, "ok");
    expect(viewerSet(await edge.play("u42", ["film-1"]))).toBeUndefined();
    const page = seen(await edge.page("u42"));
    expect([watchedIn(page.state), page.state.recent, page.state.signals]).toEqual([[], [], DRAMA_FAN]);
    const away = edgeWith();
    const full = `spillway_viewer=${viewerText("u42", away.token, { watched: [1] })}`;
    expect(viewerSet(await away.page("u42", full))).toBe("removed");
    expect(viewerSet(await away.play("u42", ["film-2"], full))).toBe("removed");
  });

  test("without the consent cookie none is read or set, and one that is there is removed", async () => {
    await putRouting({ tailoring: { consent_cookie: "consent=yes" } });
    const edge = edgeWith({}, "ok");
    const full = `spillway_viewer=${viewerText("u42", edge.token, { watched: [3] })}`;
    expect(viewerSet(await edge.play("u42", ["film-1"]))).toBeUndefined();
    expect(viewerSet(await edge.play("u42", ["film-1"], `consent=no; ${full}`))).toBe("removed");
    expect(viewerSet(await edge.page("u42"))).toBeUndefined();
    expect(viewerSet(await edge.page("u42", full))).toBe("removed");
    const agreed = await edge.play("u42", ["film-1"], `consent=yes; ${full}`);
    expect(watchedIn(seen(agreed).state)).toEqual([1, 3]);
    expect(watchedIn(seen(await edge.page("u42", "consent=yes")).state)).toEqual([1, 2]);
    expect(await edge.viewers()).toMatchObject({ unconsented: 2 });
  });

  test("until routing has been read, no history is read or set, nor removed", async () => {
    await env.PAGES.delete("routing");
    const edge = edgeWith({}, "ok");
    const full = `spillway_viewer=${viewerText("u42", edge.token, { watched: [3] })}`;
    expect(viewerSet(await edge.play("u42", ["film-1"], full))).toBeUndefined();
    expect(viewerSet(await edge.page("u42", full))).toBeUndefined();
  });
});

test("a cookie for pages on another site may travel there", async () => {
  const edge = edgeWith({ ALLOWED_ORIGINS: "https://app.example.com", CROSS_SITE_COOKIES: "true" });
  const set = (await edge.play("u42", ["film-1"])).headers.getSetCookie();
  expect(set.find((cookie) => cookie.startsWith("spillway_viewer="))).toMatch(
    /; SameSite=None; Secure; Partitioned; HttpOnly$/,
  );
});

test("of two cookies the newer that can be read counts, as after CROSS_SITE_COOKIES was set", async () => {
  const edge = edgeWith();
  const [older, newer] = [[1], [2]].map(
    (watched) => `spillway_viewer=${viewerText("u42", edge.token, { watched })}`,
  );
  const answer = await edge.play("u42", ["film-3"], `${older}; team=ESP; ${newer}`);
  expect(watchedIn(seen(answer).state)).toEqual([2, 3]);
  const broken = await edge.play("u42", ["film-3"], `${older}; spillway_viewer=AAAA`);
  expect(watchedIn(seen(broken).state)).toEqual([1, 3]);
});

test("what has no room in the cookie is counted, and the newest plays stay", async () => {
  const ids = Array.from({ length: 4000 }, (_, at) => `film-${at + 1}`);
  await putCatalogue(ids);
  const edge = edgeWith();
  let cookies = "";
  for (let from = 0; from < 4000; from += 500) {
    const answer = await edge.play("u42", ids.slice(from, from + 500), cookies);
    cookies = cookiesAfter(answer, cookies);
    expect(cookies.split("spillway_viewer=")[1]?.split(";")[0]?.length).toBeLessThanOrEqual(3000);
  }
  const { titlesDropped = 0 } = await edge.viewers();
  const last = seen(await edge.play("u42", ["film-1"], cookies)).state;
  expect(titlesDropped).toBeGreaterThanOrEqual(4000 - 1000);
  expect(last.titles.items.length).toBeLessThanOrEqual(1000);
  expect(last.recent[0]?.item).toBe(1);
});

test("with tokens, the cookie is the token's user's, whatever the address says", async () => {
  const edge = edgeWith({ USER_TOKEN_KEYS: TOKEN_KEYS });
  const visitor = await edge.play("u42", ["film-1"]);
  expect(seen(visitor).ownerTag).not.toBe(tagOf("u42", edge.token));
});

function seen(response: Response): { readonly ownerTag: string; readonly state: ViewerState } {
  const set = viewerSet(response);
  if (set === undefined || set === "removed") throw new Error(`no viewer cookie is set, but ${String(set)}`);
  return set;
}
