/**
 * What the benchmark serves: an index of 440 clusters, their pages of 20 KB, and visits that reach 64 of
 * them.
 */
import { compileClusterIndex, type ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import { pageJson } from "@spillway/shared/protocol/page.ts";
import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import { GENERIC_CLUSTER, KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";

export type Visit = { readonly path: string; readonly headers: Readonly<Record<string, string>> };

/** FIFA's codes for 48 teams would do as well. */
const TEAMS = Array.from({ length: 48 }, (_, at) => `${letter(at / 26)}${letter(at)}X`);
const ENTRIES = ["social", "search", "ad", "email", "push", "referral", "internal", "direct"];
const ARRIVALS: readonly (readonly [query: string, headers: Readonly<Record<string, string>>])[] = [
  ["", { referer: "https://www.instagram.com/p/C8x/" }],
  ["", { referer: "https://www.google.com/search?q=quarter+final" }],
  ["&utm_source=google&utm_medium=cpc&utm_campaign=qf-esp-bel&gclid=abc", {}],
  ["&utm_source=newsletter&utm_medium=email&utm_campaign=matchday", {}],
  ["&utm_source=app&utm_medium=push&event=match-98-esp-bel", {}],
  ["", { referer: "https://news.example.com/sport/preview" }],
  ["", {}],
  ["&utm_medium=social&utm_source=tiktok", {}],
];
const VISITS = 64;
const GENERATION = 7;
const BUILT_AT_MS = Date.UTC(2026, 6, 10);
const ITEMS_PER_PAGE = 120;
const USER_AGENT =
  "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

function letter(at: number): string {
  return String.fromCharCode(65 + (Math.floor(at) % 26));
}

function nodes(): ClusterNode[] {
  const root: Record<string, number> = {};
  const all: ClusterNode[] = [{ id: GENERIC_CLUSTER, parent: -1, split: { signal: "team", branches: root } }];
  for (const team of TEAMS) {
    const branches: Record<string, number> = {};
    root[team] = all.length;
    all.push({ id: team.toLowerCase(), parent: 0, split: { signal: "entry", branches } });
    const parent = all.length - 1;
    for (const entry of ENTRIES) {
      branches[entry] = all.length;
      all.push({ id: `${team.toLowerCase()}.${entry}`, parent });
    }
  }
  return all;
}

function visit(at: number): Visit {
  const [query, headers] = ARRIVALS[at % ARRIVALS.length] ?? ["", {}];
  return {
    path: `/recommendations?user=u${at}&context=homepage${query}`,
    headers: {
      ...headers,
      "user-agent": USER_AGENT,
      cookie: `team=${TEAMS[at % TEAMS.length]}; spillway_profile=v1.drama.fresh.casual; consent=yes`,
    },
  };
}

/** Requests as a viewer sends them to the edge, or as the baselines get them, with the page's key. */
export function visits(asViewer: boolean): Visit[] {
  const all = Array.from({ length: VISITS }, (_, at) => visit(at));
  if (asViewer) return all;
  return all.map((one) => ({ ...one, path: `${one.path}&key=${encodeURIComponent(keyOf(one))}` }));
}

const index = { generation: GENERATION, builtAt: new Date(BUILT_AT_MS).toISOString(), nodes: nodes() };
const compiled = compileClusterIndex(index);

function keyOf({ path, headers }: Visit): string {
  const signals = readSignals({
    url: new URL(path, "http://edge.example"),
    header: (name) => headers[name] ?? null,
  });
  return pageKey("homepage", compiled.assign(signals).id);
}

/** Puts everything into the KV behind `url`. */
export async function fillSite(url: string): Promise<void> {
  const routing = {
    time_zone: "UTC",
    bands: [{ name: "all day", from: "00:00", threshold_per_s: 100 }],
    rules: [{ when: { campaign: "press-*" }, then: GENERIC_CLUSTER }],
  };
  await put(url, KV_KEY.clusterIndex, index);
  await put(url, KV_KEY.routing, { version: 1, routing });
  const asked = visits(true).map(({ path, headers }) => ({ url: `http://edge.example${path}`, headers }));
  await put(url, "visits", asked);
  for (const { id } of index.nodes) {
    const head = { context: "homepage", cluster: id, generation: GENERATION, builtAt: index.builtAt };
    const page = JSON.parse(pageJson(head, JSON.stringify(carousels(id)))) as object;
    await put(url, pageKey("homepage", id), page, {
      generation: GENERATION,
      builtAtMs: BUILT_AT_MS,
      contentHash: `hash-${id.replaceAll(".", "-")}`,
    });
  }
}

function carousels(cluster: string) {
  const items = Array.from({ length: ITEMS_PER_PAGE }, (_, at) => ({
    id: `movie-the-long-way-to-${cluster}-${at}`,
    title: `The Long Way to ${cluster}, part ${at}`,
    kind: "movie",
    genres: ["drama", "documentary"],
    durationMin: 90 + (at % 60),
    hue: (at * 37) % 360,
  }));
  return Array.from({ length: 6 }, (_, row) => ({
    id: `row-${row}`,
    title: `Row ${row}`,
    items: items.slice(row * 20, row * 20 + 20),
  }));
}

async function put(url: string, key: string, value: object, metadata?: object): Promise<void> {
  const response = await fetch(`${url}/${encodeURIComponent(key)}`, {
    method: "PUT",
    body: JSON.stringify(value),
    headers: metadata === undefined ? {} : { "CF-KV-Metadata": JSON.stringify(metadata) },
  });
  if (response.status !== 204) throw new Error(`KV does not take ${key}: ${response.status}`);
}
