/** A television app without cookies: whatever it knows of its viewer goes into the query of each request. */
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { describeServed, readServed, type Served } from "./served.ts";

type Item = { readonly id: string; readonly title: string };
type Page = {
  readonly context: string;
  readonly carousels: readonly {
    readonly id: string;
    readonly title: string;
    readonly items: readonly Item[];
  }[];
};
type Shown = { readonly page: Page; readonly served: Served };

const { values: options } = parseArgs({
  options: {
    edge: { type: "string", default: "http://localhost:8787" },
    // The account's id, or the device's own that it keeps in its settings: without either, every request is a
    // stranger's.
    user: { type: "string", default: "tv-7f3a" },
    team: { type: "string", default: "ESP" },
    // The id of a title to watch to its end.
    watch: { type: "string" },
  },
});

/** Page requests and event posts carry the same query, so that the edge reads the same signals from both. */
const query = new URLSearchParams({
  user: options.user,
  context: "homepage",
  team: options.team,
  // A television has no `Referer` header. The empty one says: opened directly.
  referrer: "",
});
// Televisions are told from other devices by their User-Agent, which the platform's own browser sends.
const headers = { "user-agent": "Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36" };

async function loadPage(): Promise<Shown> {
  const response = await fetch(`${options.edge}/recommendations?${query.toString()}`, { headers });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  // The response may set cookies. A device that cannot keep them loses only hints: the query says who asks.
  return {
    page: (await response.json()) as Page,
    served: readServed(response.headers.get("spillway-served")),
  };
}

async function post(type: "play" | "complete", itemId: string, { page, served }: Shown): Promise<void> {
  const carousel = page.carousels.find(({ items }) => items.some(({ id }) => id === itemId));
  const event = {
    // An event that is sent again under the same id counts once, so a television may simply try again.
    id: randomUUID(),
    type,
    item: itemId,
    context: page.context,
    // Where it was shown, and by which path: this is how a cluster's page learns from its visitors.
    servedAs: served.as,
    cluster: served.cluster,
    generation: served.generation,
    carousel: carousel?.id,
    position: carousel?.items.findIndex(({ id }) => id === itemId),
  };
  const response = await fetch(`${options.edge}/events?${query.toString()}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ events: [event] }),
  });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
}

const shown = await loadPage();
console.log(describeServed(shown.served));
for (const { title, items } of shown.page.carousels.slice(0, 3))
  console.log(`${title}: ${items.map((item) => item.title).join(" · ")}`);

if (options.watch !== undefined) {
  await post("play", options.watch, shown);
  await post("complete", options.watch, shown);
  console.log(`Watched ${options.watch}.`);
}
