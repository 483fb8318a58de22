/** What may be shown to whom, on every rung of the edge, with the origin down. */
import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { parsePage } from "@spillway/shared/protocol/page.ts";
import { viewerText } from "../../test/test-viewer.ts";
import { films, putComedyPage, putTailoringSite } from "../../test/worker/tailoring.ts";
import { type OriginBehaviour, testEdge } from "../../test/worker/test-edge.ts";

/** Beside what anybody may see: a drama and a comedy for adults, and one of each for Britain. */
const CATALOGUE = films(
  new Map<number, Partial<Item>>([
    [4, { ageRating: 18 }],
    [5, { territories: { allowed: ["GB"] } }],
    [21, { ageRating: 16 }],
    [22, { territories: { denied: ["US"] } }],
  ]),
);
const RESTRICTED = ["film-4", "film-5", "film-21", "film-22"];

type Asking = {
  readonly query?: string;
  readonly cookie?: string;
  /** As the platform says. */
  readonly country?: string;
};

async function readyEdge(
  behaviour: OriginBehaviour = "down",
  overrides: Parameters<typeof testEdge>[1] = {},
) {
  const edge = testEdge(behaviour, overrides);
  const ask = ({ query = "", cookie = "", country }: Asking, headers: Record<string, string> = {}) =>
    edge.fetch(
      new Request(`http://edge.example/recommendations?user=u42&context=homepage${query}`, {
        headers: { cookie, ...headers },
        ...(country !== undefined && { cf: { country } }),
      }),
    );
  await expect
    .poll(async () => {
      await ask({});
      return edge.health();
    })
    .toMatchObject({ packs: { items: 40 } });
  return { ...edge, ask };
}

async function idsIn(response: Response): Promise<string[]> {
  const page = parsePage(await response.text());
  return page?.carousels.flatMap(({ items }) => items.map(({ id }) => id)) ?? ["no page"];
}

function rungOf(response: Response): string {
  return /^\w+/.exec(response.headers.get("spillway-served") ?? "")?.[0] ?? "";
}

/** Has watched dramas, so that the page is tailored: film-4 and film-5 would lead it. */
function fan(): string {
  return `team=BEL; spillway_viewer=${viewerText("u42", inject("origin").token, { watched: [1, 2, 3] })}`;
}

async function putEditorial(editorial: object): Promise<void> {
  const whole = { version: 2, clockOffsetMs: 0, pins: [], hidden: [], restricted: [], ...editorial };
  await env.PAGES.put("editorial", JSON.stringify(whole));
}

beforeEach(() => putTailoringSite(CATALOGUE));
afterEach(reset);

const RUNGS: readonly (readonly [
  rung: string,
  query: string,
  cookie: () => string,
  shows: readonly string[],
])[] = [
  ["tailored", "", fan, RESTRICTED],
  ["cluster", "", () => "team=BEL", ["film-21", "film-22"]],
  ["tailored", "&context=search&q=film", fan, RESTRICTED],
];

describe.each(RUNGS)("a %s page%s", (rung, query, cookie, shows) => {
  test.each<[Asking, readonly string[]]>([
    [{ country: "GB" }, RESTRICTED],
    [{ country: "GB", query: "&rating=16" }, ["film-5", "film-21", "film-22"]],
    [{ country: "GB", query: "&rating=15" }, ["film-5", "film-22"]],
    [{ country: "US" }, ["film-4", "film-21"]],
    [{ country: "US", query: "&region=GB&country=GB" }, ["film-4", "film-21"]],
    [{ country: "IE", query: "&rating=0" }, ["film-22"]],
    [{ country: "T1", query: "&country=GB" }, ["film-4", "film-21"]],
    [{}, ["film-4", "film-21"]],
    [{ query: "&country=gb" }, RESTRICTED],
  ])("for %j has of what is restricted %j", async (asking, allowed) => {
    const { ask } = await readyEdge();
    const response = await ask({ ...asking, query: `${query}${asking.query ?? ""}`, cookie: cookie() });
    expect(rungOf(response)).toBe(rung);
    const ids = await idsIn(response);
    expect(ids.filter((id) => RESTRICTED.includes(id)).toSorted()).toEqual(
      shows.filter((id) => allowed.includes(id)).toSorted(),
    );
    expect(ids.length).toBeGreaterThan(3);
  });
});

test("the cookie's limit counts as the parameter's, and one that cannot be read as the strictest", async () => {
  const { ask } = await readyEdge();
  const limited = async (cookie: string, query = "") =>
    (await idsIn(await ask({ cookie: `team=BEL; ${cookie}`, query }))).includes("film-21");
  expect(await limited("rating=16")).toBe(true);
  expect(await limited("rating=12")).toBe(false);
  expect(await limited("rating=18", "&rating=12")).toBe(false);
  expect(await limited("rating=12", "&rating=18")).toBe(false);
  expect(await limited("rating=PG-13")).toBe(false);
});

test.each(["rating=PG-13", "rating=22", "rating=", "country=UK", "country=EU1"])(
  "the parameter %s is refused by its name",
  async (parameter) => {
    const { ask } = await readyEdge();
    const response = await ask({ query: `&${parameter}` });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ key: parameter.split("=")[0] }] });
  },
);

test("pages of two audiences have two ETags, and neither is taken for the other", async () => {
  const { ask } = await readyEdge();
  const adult = await ask({ country: "GB", cookie: "team=BEL" });
  const child = await ask({ country: "GB", cookie: "team=BEL", query: "&rating=6" });
  const etag = adult.headers.get("etag") ?? "";
  expect(child.headers.get("etag")).not.toBe(etag);
  const again = await ask(
    { country: "GB", cookie: "team=BEL", query: "&rating=6" },
    { "if-none-match": etag },
  );
  expect(again.status).toBe(200);
  const same = await ask({ country: "IE", cookie: "team=BEL" }, { "if-none-match": etag });
  expect(same.status).toBe(304);
});

test("a gateway's word on the country counts where the operator says so", async () => {
  const { ask } = await readyEdge("down", { TRUST_COUNTRY_PARAMETER: "true" });
  const ids = async (query: string) => idsIn(await ask({ country: "US", cookie: "team=BEL", query }));
  expect(await ids("&country=GB")).toContain("film-22");
  expect(await ids("&country=US")).not.toContain("film-22");
  expect(await ids("")).not.toContain("film-22");
});

describe("ahead of packs and pages", () => {
  test.each([
    ["a takedown", { hidden: ["film-24", "film-6"] }, [] as readonly string[]],
    [
      "a restriction",
      {
        restricted: [
          { id: "film-24", ageRating: 16 },
          { id: "film-6", ageRating: 16 },
        ],
      },
      ["18"],
    ],
  ])("%s holds on every rung after one read cycle", async (_, editorial, limitsThatMay) => {
    const edge = await readyEdge();
    const shown = async (cookie: string, id: string, limit = "12") =>
      (await idsIn(await edge.ask({ country: "GB", cookie, query: `&rating=${limit}` }))).includes(id);
    expect([await shown("team=BEL", "film-24"), await shown(fan(), "film-6")]).toEqual([true, true]);
    await putEditorial(editorial);
    await expect.poll(() => shown("team=BEL", "film-24")).toBe(false);
    expect(await shown(fan(), "film-6")).toBe(false);
    for (const limit of limitsThatMay) {
      expect([await shown("team=BEL", "film-24", limit), await shown(fan(), "film-6", limit)]).toEqual([
        true,
        true,
      ]);
    }
  });

  test("a pin is shown to whom its items may be", async () => {
    const items = [{ id: "pinned", title: "Pinned", kind: "movie", ageRating: 18 }];
    await putEditorial({ pins: [{ id: "p", when: {}, contexts: ["homepage"], title: "P", items }] });
    const { ask } = await readyEdge();
    for (const cookie of ["team=BEL", fan()]) {
      expect(await idsIn(await ask({ cookie }))).toContain("pinned");
      expect(await idsIn(await ask({ cookie, query: "&rating=12" }))).not.toContain("pinned");
    }
  });
});

test("where nothing of a page may be shown, its parent's is; and where nothing may be, the builtin", async () => {
  const adult = films(new Map(Array.from({ length: 40 }, (_, at) => [at + 1, { ageRating: 18 }])));
  await putComedyPage("bel", "homepage", adult);
  const { ask } = await readyEdge();
  const child = { cookie: "team=BEL", query: "&rating=12" };
  const parent = await ask(child);
  expect(parent.headers.get("spillway-served")).toMatch(/^generic;.*;assigned="bel"/);
  expect(await idsIn(parent)).toContain("film-24");
  await putComedyPage("generic", "homepage", adult);
  await env.PAGES.delete("page:homepage:generic");
  const fresh = await readyEdge();
  const builtin = await fresh.ask(child);
  expect(rungOf(builtin)).toBe("builtin");
  expect(await idsIn(builtin)).toContain("builtin-live");
});

test("the origin is told whom the page is for, under the signature", async () => {
  const edge = await readyEdge("ok");
  await edge.ask({ country: "GB", query: "&rating=12&country=US", cookie: "rating=14" });
  const asked = (await edge.requests()).find(({ url }) => url.includes("rating="));
  expect(new URL(asked?.url ?? "", "http://origin").searchParams.get("rating")).toBe("12");
  expect(new URL(asked?.url ?? "", "http://origin").searchParams.get("country")).toBe("GB");
  expect(asked?.headers["signature-input"]).toContain('"@query"');
});

async function after(events: readonly object[], cookie: string) {
  const edge = await readyEdge();
  const batch = events.map((event, at) => ({ id: `e${at}`, user: "u42", ...event }));
  const posted = await edge.post("/events?user=u42", JSON.stringify({ events: batch }), {
    "content-type": "application/json",
    cookie,
  });
  expect(posted.status).toBe(202);
  const set = posted.headers.getSetCookie().find((own) => own.startsWith("spillway_viewer=")) ?? "";
  const response = await edge.ask({ cookie: `team=BEL; ${set.split(";")[0] ?? ""}` });
  expect(rungOf(response)).toBe("tailored");
  return parsePage(await response.text())?.carousels ?? [];
}

describe("with the next request after the answer to a post", () => {
  test("what is hidden is nowhere, and comes back when it is opened", async () => {
    const hide = { type: "hide", item: "film-4" };
    const hideWatched = { type: "hide", item: "film-1" };
    const ids = (carousels: Awaited<ReturnType<typeof after>>) =>
      carousels.flatMap(({ items }) => items.map(({ id }) => id));
    const hidden = ids(await after([hide, hideWatched], fan()));
    expect(hidden).not.toContain("film-4");
    expect(hidden).not.toContain("film-1");
    expect(hidden).toContain("film-2");
    expect(ids(await after([hide, { type: "click", item: "film-4" }], fan()))).toContain("film-4");
  });

  test("what a stranger hides is gone from their page, which stays their cluster's otherwise", async () => {
    const carousels = await after([{ type: "hide", item: "film-24" }], "");
    const ids = carousels.flatMap(({ items }) => items.map(({ id }) => id));
    expect(ids).not.toContain("film-24");
    expect(ids.slice(0, 3)).toEqual(["film-21", "film-23", "film-25"]);
  });

  test("what was left unfinished is offered on, with how far it was watched, until its end", async () => {
    const events = [
      { type: "play", item: "film-30" },
      { type: "progress", item: "film-30", progress: 0.4 },
      { type: "progress", item: "film-31", progress: 0.62 },
      { type: "progress", item: "film-32", progress: 0.95 },
      { type: "progress", item: "film-33", progress: 0.5 },
      { type: "complete", item: "film-33" },
    ];
    const carousels = await after(events, fan());
    const unfinished = carousels.find(({ id }) => id === "continue");
    expect(carousels.slice(0, 2).map(({ id }) => id)).toContain("continue");
    const shares = unfinished?.items.map(({ id, progress }) => [id, progress]);
    expect(shares?.toSorted()).toEqual([
      ["film-30", 0.4],
      ["film-31", 0.62],
    ]);
    const again = carousels.find(({ id }) => id === "again")?.items.map(({ id }) => id);
    expect(again).toEqual(expect.arrayContaining(["film-32", "film-33"]));
    expect(again).not.toContain("film-30");
  });

  test("what a stranger has begun, and nothing else, is offered on too", async () => {
    const carousels = await after([{ type: "progress", item: "film-31", progress: 0.35 }], "");
    expect(carousels.find(({ id }) => id === "continue")?.items).toMatchObject([
      { id: "film-31", progress: 0.35 },
    ]);
  });
});
