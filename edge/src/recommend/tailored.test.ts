import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { checkPage, type Page } from "@spillway/shared/protocol/page.ts";
import { packSuspects } from "@spillway/shared/protocol/suspects.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { viewerText } from "../../test/test-viewer.ts";
import { films, putComedyPage, putPacks, putTailoringSite, readyEdge } from "../../test/worker/tailoring.ts";
import { putRouting, testEdge } from "../../test/worker/test-edge.ts";

const HOME = "/recommendations?user=u42&context=homepage";

/** Has watched the dramas 1 to 3. */
function dramaFan(watched: readonly number[] = [1, 2, 3], user = "u42"): Record<string, string> {
  return { cookie: `team=BEL; spillway_viewer=${viewerText(user, inject("origin").token, { watched })}` };
}

function served(response: Response): string {
  return response.headers.get("spillway-served") ?? "";
}

async function pageOf(response: Response): Promise<Page> {
  const checked = checkPage(await response.text());
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.value;
}

function idsOf(page: Page, carousel?: string): string[] {
  return page.carousels
    .filter(({ id }) => carousel === undefined || id === carousel)
    .flatMap(({ items }) => items.map(({ id }) => id));
}

async function putEditorial(editorial: object): Promise<void> {
  const whole = { version: 2, clockOffsetMs: 0, pins: [], hidden: [], ...editorial };
  await env.PAGES.put("editorial", JSON.stringify(whole));
}

beforeEach(() => putTailoringSite());
afterEach(reset);

describe("with the origin down, a viewer with a history", () => {
  test("gets a page of their own, made from their cluster's and from what their history leads to", async () => {
    const edge = await readyEdge();
    const response = await edge.get(HOME, dramaFan());
    expect(response.status).toBe(200);
    expect(served(response)).toMatch(
      /^tailored;reason=origin-unreachable;cluster="bel";generation=7;age=\d+;viewer="cookie"$/,
    );
    const page = await pageOf(response);
    expect(page).toMatchObject({ context: "homepage", cluster: "bel", generation: 7 });
    expect(page).not.toHaveProperty("candidates");
    // The nearest to what was watched leads, although the cluster's page has no drama.
    expect(idsOf(page)[0]).toBe("film-4");
    expect(idsOf(page)).toContain("film-21");
    expect(idsOf(page, "again")).toEqual(expect.arrayContaining(["film-1", "film-2", "film-3"]));
    const others = page.carousels.filter(({ id }) => id !== "again");
    for (const watched of ["film-1", "film-2", "film-3"]) {
      expect(others.flatMap(({ items }) => items.map(({ id }) => id))).not.toContain(watched);
    }
    expect(new Set(idsOf(page)).size).toBe(idsOf(page).length);
  });

  test("is told that nothing has changed", async () => {
    const edge = await readyEdge();
    const first = await edge.get(HOME, dramaFan());
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"t[0-9a-f]{16}"$/);
    const second = await edge.get(HOME, { ...dramaFan(), "if-none-match": etag });
    expect([second.status, served(second).split(";")[0]]).toEqual([304, "tailored"]);
    const another = await edge.get(HOME, { ...dramaFan([1, 2, 3, 4]), "if-none-match": etag });
    expect(another.status).toBe(200);
  });

  test("gets it where the page of an ancestor stands in, in other contexts, and in place of a search", async () => {
    await env.PAGES.delete("page:homepage:bel");
    await putComedyPage("bel", "movies");
    const edge = await readyEdge();
    expect(served(await edge.get(HOME, dramaFan()))).toMatch(
      /^tailored;reason=origin-unreachable;cluster="generic";assigned="bel";generation=7;/,
    );
    const movies = await edge.get("/recommendations?user=u42&context=movies", dramaFan());
    expect(served(movies)).toMatch(/^tailored;.*cluster="bel"/);
    expect(idsOf(await pageOf(movies), "again")).toEqual([]);
    const search = await edge.get("/recommendations?user=u42&context=search&q=goal", dramaFan());
    expect(served(search)).toMatch(/^tailored;.*stands-in-for="search"/);
    const stand = await pageOf(search);
    expect(stand).toMatchObject({ context: "homepage", standsInFor: { context: "search", q: "goal" } });
    expect(idsOf(stand)[0]).toBe("film-4");
  });

  test("knows a play with the next request after the answer to its post, and nobody else does", async () => {
    const edge = await readyEdge();
    const body = JSON.stringify({ events: [{ id: "e1", type: "play", item: "film-30", user: "u42" }] });
    const posted = await edge.post("/events?user=u42", body);
    expect(posted.status).toBe(202);
    const [cookie = ""] = posted.headers.getSetCookie().map((set) => set.split(";")[0]);
    const page = await pageOf(await edge.get(HOME, { cookie }));
    expect(idsOf(page, "again")).toEqual(["film-30"]);
    expect(["film-29", "film-31"]).toContain(idsOf(page)[0]);
    const other = await edge.get("/recommendations?user=u7&context=homepage", { cookie });
    expect(served(other)).toMatch(/^generic|^cluster/);
  });
});

describe("nobody is tailored", () => {
  test("of whom nothing is known, whose cookie is another's, or is broken", async () => {
    const edge = await readyEdge();
    const broken = { cookie: "spillway_viewer=AAAA" };
    for (const headers of [{}, dramaFan([], "u42"), dramaFan([1, 2], "u7"), broken]) {
      expect(served(await edge.get(HOME, headers))).toMatch(/^(cluster|generic);reason=origin-unreachable/);
    }
  });

  test("who is taken for a scraper", async () => {
    const hash = createUserHash(inject("origin").token)("u42");
    const listed = packSuspects(1, [{ hash, expiresMs: Date.now() + 3_600_000 }]);
    await env.PAGES.put("suspects", JSON.stringify(listed));
    const edge = await readyEdge();
    expect(served(await edge.get(HOME, dramaFan()))).toMatch(/^cluster;reason=over-threshold/);
    const other = "/recommendations?user=u7&context=homepage";
    expect(served(await edge.get(other, dramaFan([1, 2], "u7")))).toMatch(/^tailored/);
  });

  test("whom a rule or the holdout decides about", async () => {
    await putRouting({ rules: [{ when: { team: "BEL" }, then: "bel" }] });
    expect(served(await (await readyEdge()).get(HOME, dramaFan()))).toMatch(/^cluster;reason=rule/);
    await putRouting({ holdout: { share: 0.5, serve: "generic", salt: "" } });
    const edge = await readyEdge();
    const users = Array.from({ length: 40 }, (_, at) => `visitor-${at}`);
    const answers = await Promise.all(
      users.map((user) => edge.get(`/recommendations?user=${user}&context=homepage`, dramaFan([1, 2], user))),
    );
    const kinds = new Set(answers.map((answer) => served(answer).split(";").slice(0, 2).join(";")));
    expect(kinds).toContain("generic;reason=holdout");
    expect([...kinds].filter((kind) => kind.startsWith("tailored"))).toEqual([
      "tailored;reason=origin-unreachable",
    ]);
  });
});

describe("a page is tailored too", () => {
  test("over the threshold, and where the operator says that the origin is not asked", async () => {
    await putRouting({ bands: [{ name: "all day", from: "00:00", threshold_per_s: 0 }] });
    expect(served(await (await readyEdge("ok")).get(HOME, dramaFan()))).toMatch(
      /^tailored;reason=over-threshold/,
    );
    await putRouting({ mode: "force-cluster" });
    expect(served(await (await readyEdge("ok")).get(HOME, dramaFan()))).toMatch(/^tailored;reason=forced/);
  });
});

describe("the packs of an isolate", () => {
  test("that are not there yet cost nobody the cluster's page", async () => {
    const edge = testEdge("down");
    const first = await edge.get(HOME, dramaFan());
    expect(served(first)).toMatch(/^cluster;reason=origin-unreachable;cluster="bel"/);
    expect(idsOf(await pageOf(first))[0]).toBe("film-21");
    await expect.poll(async () => served(await edge.get(HOME, dramaFan()))).toMatch(/^tailored/);
  });

  test("that are broken are refused, and the good ones serve on", async () => {
    const edge = await readyEdge();
    await env.PAGES.put("catalogue-pack", "broken", { metadata: { contentHash: "v2" } });
    const packs = JSON.stringify({
      catalogue: { contentHash: "v2", bytes: 6 },
      model: { contentHash: "v1", bytes: 6, weightsPerRow: 50 },
      budget: "whole",
    });
    await env.PAGES.put("packs", packs);
    await expect
      .poll(async () => {
        expect(served(await edge.get(HOME, dramaFan()))).toMatch(/^tailored/);
        return edge.health();
      })
      .toMatchObject({ lastFailures: { "kv-value": expect.stringContaining("catalogue-pack") } });
    expect(served(await edge.get(HOME, dramaFan()))).toMatch(/^tailored/);
  });

  test("that are newer say from then on what may be shown", async () => {
    const edge = await readyEdge();
    await putPacks(films(new Map([[4, { takenDown: true }]])), "v2");
    await expect
      .poll(async () => idsOf(await pageOf(await edge.get(HOME, dramaFan()))))
      .not.toContain("film-4");
    expect(served(await edge.get(HOME, dramaFan()))).toMatch(/^tailored/);
  });
});

describe("editors and rights", () => {
  test("a takedown ahead of the packs is nowhere after one read cycle", async () => {
    const edge = await readyEdge();
    expect(idsOf(await pageOf(await edge.get(HOME, dramaFan())))).toContain("film-4");
    await putEditorial({ hidden: ["film-4", "film-1"] });
    await expect
      .poll(async () => idsOf(await pageOf(await edge.get(HOME, dramaFan()))))
      .not.toEqual(expect.arrayContaining(["film-4"]));
    const page = await pageOf(await edge.get(HOME, dramaFan()));
    expect(idsOf(page)).not.toContain("film-1");
    expect(idsOf(page, "again").length).toBe(2);
  });

  test("pins stand on it as on every page, for whom they are", async () => {
    await putEditorial({
      pins: [
        {
          id: "fans",
          when: { team: "BEL" },
          contexts: ["homepage"],
          title: "For Belgium",
          items: [
            { id: "film-1", title: "Film 1", kind: "movie" },
            { id: "brand-new", title: "Brand new", kind: "movie" },
          ],
        },
      ],
    });
    const edge = await readyEdge();
    const page = await pageOf(await edge.get(HOME, dramaFan()));
    expect(page.carousels[0]).toMatchObject({ id: "pin-fans", title: "For Belgium" });
    expect(idsOf(page, "pin-fans")).toEqual(["film-1", "brand-new"]);
    expect(idsOf(page).filter((id) => id === "film-1")).toHaveLength(1);
  });

  test("what is not for this audience is on no rung", async () => {
    await putPacks(films(new Map([[4, { ageRating: 18 }]])), "v2");
    const edge = await readyEdge();
    const child = await pageOf(await edge.get(`${HOME}&rating=12`, dramaFan()));
    expect(idsOf(child)).not.toContain("film-4");
    expect(idsOf(await pageOf(await edge.get(HOME, dramaFan())))).toContain("film-4");
  });
});
