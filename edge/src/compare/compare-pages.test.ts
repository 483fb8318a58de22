import { reset } from "cloudflare:test";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { viewerText } from "../../test/test-viewer.ts";
import { putTailoringSite } from "../../test/worker/tailoring.ts";
import { testEdge } from "../../test/worker/test-edge.ts";

type Compared = {
  readonly cluster: string;
  readonly viewer: { readonly carrier: string; readonly titles: number } | null;
  readonly pages: Readonly<Record<string, { readonly cluster: string; readonly carousels: Row[] } | null>>;
  readonly because: Readonly<Record<string, { readonly item: string; readonly title: string }>>;
};
type Row = { readonly id: string; readonly items: readonly { readonly id: string }[] };

const PATH = "/recommendations/compare?user=u42&context=homepage";

beforeEach(() => putTailoringSite());
afterEach(reset);

function edgeWith(comparePages: string) {
  const edge = testEdge("ok", { COMPARE_PAGES: comparePages });
  const cookie = `team=BEL; spillway_viewer=${viewerText("u42", inject("origin").token, { watched: [2] })}`;
  return { ...edge, compare: (path = PATH) => edge.get(path, { cookie }) };
}

test("puts a viewer's pages side by side, with the title of the history that each leads from", async () => {
  const edge = edgeWith("true");
  await expect
    .poll(async () => (await (await edge.compare()).json<Compared>()).pages["tailored"])
    .not.toBeNull();
  const response = await edge.compare();
  expect(response.headers.get("cache-control")).toBe("no-store");
  const { cluster, viewer, pages, because } = await response.json<Compared>();
  expect([cluster, viewer]).toEqual(["bel", { carrier: "cookie", titles: 1, plays: 1 }]);
  expect([pages["generic"]?.cluster, pages["cluster"]?.cluster]).toEqual(["generic", "bel"]);
  const rows = pages["tailored"]?.carousels ?? [];
  const tailored = rows.flatMap(({ items }) => items.map(({ id }) => id));
  expect(tailored[0]).toMatch(/^film-[13]$/);
  expect(because[tailored[0] ?? ""]).toEqual({ item: "film-2", title: "Film 2", share: 1 });
  // The comedies are the cluster's: no drama leads to them.
  expect(because).not.toHaveProperty("film-21");
  expect(await edge.requests()).toEqual([]);
});

test("a stranger has no tailored page, and no reasons", async () => {
  const { get } = edgeWith("true");
  expect(await (await get(PATH)).json()).toMatchObject({
    viewer: null,
    pages: { tailored: null, generic: { cluster: "generic" } },
    because: {},
  });
});

test.each([
  ["true", "/recommendations/compare?context=search&q=x", 400, "context"],
  ["true", "/recommendations/compare?context=radio", 404, "context"],
  ["false", PATH, 404, "COMPARE_PAGES"],
  ["", PATH, 404, "COMPARE_PAGES"],
])("with COMPARE_PAGES %j, %s gets %i, naming %s", async (comparePages, path, status, key) => {
  const response = await edgeWith(comparePages).compare(path);
  expect([response.status, await response.json()]).toMatchObject([status, { errors: [{ key }] }]);
});
