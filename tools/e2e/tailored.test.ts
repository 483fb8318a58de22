/**
 * With the origin dead, on real processes: what a viewer plays changes their own next page, and nobody
 * else's.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { itemIds, see, type Seen } from "@spillway/cli/test/client.ts";
import { eventually, startSpillway, type Spillway } from "@spillway/cli/test/start-spillway.ts";

let spillway: Spillway;

beforeAll(async () => {
  spillway = await startSpillway();
}, 600_000);

afterAll(() => spillway.stop(), 30_000);

/** As a browser that keeps its cookies. */
function newBrowser() {
  const jar = new Map<string, string>();
  const keep = ({ headers }: { readonly headers: Headers }): void => {
    for (const cookie of headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
  };
  const cookie = () => Array.from(jar, ([name, value]) => `${name}=${value}`).join("; ");
  return {
    page: async (query: string): Promise<Seen> => {
      const seen = await see(`${spillway.edgeUrl}/recommendations?${query}`, { cookie: cookie() });
      keep(seen);
      return seen;
    },
    play: async (query: string, items: readonly string[]): Promise<void> => {
      const response = await fetch(`${spillway.edgeUrl}/events?${query}`, {
        method: "POST",
        headers: { "content-type": "application/json", cookie: cookie() },
        body: JSON.stringify({ events: items.map((item) => ({ id: randomUUID(), type: "play", item })) }),
      });
      expect(response.status).toBe(202);
      keep(response);
    },
    compare: async (query: string): Promise<Compared> => {
      const response = await fetch(`${spillway.edgeUrl}/recommendations/compare?${query}`, {
        headers: { cookie: cookie() },
      });
      return (await response.json()) as Compared;
    },
  };
}

type Compared = {
  readonly pages: { readonly cluster: Seen["page"]; readonly tailored: Seen["page"] };
  readonly because: Readonly<Record<string, { readonly item: string }>>;
};

function idsIn(page: Seen["page"], isWanted: (carousel: string) => boolean): string[] {
  return page.carousels.filter(({ id }) => isWanted(id)).flatMap(({ items }) => items.map(({ id }) => id));
}

const isOfHistory = (id: string): boolean => id === "again" || id === "continue";
const recommended = (page: Seen["page"]): string[] => idsIn(page, (id) => !isOfHistory(id));

function rankIn(order: readonly string[], id: string): number {
  return order.includes(id) ? order.indexOf(id) : order.length;
}

async function killOrigin(): Promise<void> {
  const health = (await (await fetch(`${spillway.originUrl}/health`)).json()) as { pid: number };
  process.kill(health.pid, "SIGKILL");
  await eventually(
    10_000,
    () => Promise.resolve(spillway.output()),
    (output) => output.includes("The origin ended"),
  );
}

test("three films that a viewer plays are gone but from Watch again, what is like them moves up, and another viewer of the browser sees nothing of it", async () => {
  const browser = newBrowser();
  // The packs come behind the isolate's first responses.
  await eventually(
    30_000,
    () => fetch(`${spillway.edgeUrl}/health`, { headers: { authorization: operator() } }).then(packedItems),
    (items) => items > 0,
  );
  await killOrigin();
  const movies = await browser.page("user=new-u42&context=movies");
  const films = recommended(movies.page).slice(0, 3);
  expect(films).toHaveLength(3);
  await browser.play("user=new-u42&context=movies", films);

  const mine = await browser.page("user=new-u42&context=homepage");
  expect([mine.status, mine.servedAs, mine.served["viewer"]]).toEqual([200, "tailored", "cookie"]);
  expect(films.filter((film) => recommended(mine.page).includes(film))).toEqual([]);
  expect(idsIn(mine.page, (id) => id === "again")).toEqual(expect.arrayContaining([...films]));
  expect(new Set(itemIds(mine)).size).toBe(itemIds(mine).length);

  const { pages, because } = await browser.compare("user=new-u42&context=homepage");
  const [before, after] = [recommended(pages.cluster), recommended(pages.tailored)];
  const ledTo = after.filter((id) => films.includes(because[id]?.item ?? ""));
  expect(ledTo.length).toBeGreaterThan(0);
  const risen = ledTo.filter((id) => rankIn(after, id) < rankIn(before, id));
  expect(risen.length).toBeGreaterThan(ledTo.length / 2);

  for (const query of ["user=new-u7&context=homepage", "context=homepage"]) {
    const other = await browser.page(query);
    expect(other.served["viewer"]).not.toBe("cookie");
    const stranger = await newBrowser().page(query);
    expect([other.servedAs, itemIds(other)]).toEqual([stranger.servedAs, itemIds(stranger)]);
  }
  const back = await browser.page("user=new-u42&context=homepage");
  expect(itemIds(back)).toEqual(itemIds(mine));

  await browser.play("user=new-u7&context=homepage", films.slice(0, 1));
  const seventh = await browser.page("user=new-u7&context=homepage");
  expect(idsIn(seventh.page, (id) => id === "again")).toContain(films[0]);
  expect(idsIn(seventh.page, isOfHistory)).not.toContain(films[1]);
}, 90_000);

function operator(): string {
  return `Bearer ${spillway.environment["EDGE_TOKEN"] ?? ""}`;
}

async function packedItems(response: Response): Promise<number> {
  const { packs } = (await response.json()) as { packs?: { items: number } };
  return packs?.items ?? 0;
}
