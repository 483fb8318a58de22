/**
 * What the benchmark serves, as a deployed edge has it: an index of 440 clusters and their pages of 20 KB,
 * packs of 20,000 titles, the editors' pins and what they hide, half a million suspects, and a holdout of one
 * visitor in a hundred.
 */
import type { ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import type { PackVersions } from "@spillway/shared/protocol/pack-versions.ts";
import { packSuspects } from "@spillway/shared/protocol/suspects.ts";
import { GENERIC_CLUSTER, KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";
import { MODEL_WEIGHTS, type BenchCatalogue } from "./catalogue.ts";
import { PATTERNS, TEAMS, visitOf } from "./visitors.ts";

const ENTRIES = ["social", "search", "ad", "email", "push", "referral", "internal", "direct"];
const GENERATION = 7;
const BUILT_AT_MS = Date.UTC(2026, 6, 10);
export const LISTED = 500_000;
const HIDDEN = 20;

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

const index = { generation: GENERATION, builtAt: new Date(BUILT_AT_MS).toISOString(), nodes: nodes() };

/** Puts everything into the KV behind `url`. */
export async function fillSite(url: string, catalogue: BenchCatalogue): Promise<void> {
  const routing = {
    time_zone: "UTC",
    bands: [{ name: "all day", from: "00:00", threshold_per_s: 100 }],
    rules: [{ when: { campaign: "press-*" }, then: GENERIC_CLUSTER }],
    holdout: { share: 0.01 },
  };
  await put(url, KV_KEY.clusterIndex, index);
  await put(url, KV_KEY.routing, { version: 1, routing });
  await put(url, KV_KEY.editorial, editorial(catalogue));
  await putPacks(url, catalogue);
  await put(url, KV_KEY.suspects, packSuspects(1, listedSuspects()));
  const asked = Array.from({ length: PATTERNS }, (_, at) => visitOf(at));
  await put(
    url,
    "visits",
    asked.map(({ path, headers }) => ({ url: `http://edge.example${path}`, headers })),
  );
  for (const [at, { id }] of index.nodes.entries()) {
    const head = { context: "homepage", cluster: id, generation: GENERATION, builtAt: index.builtAt };
    await put(url, pageKey("homepage", id), catalogue.pageOf(head, at), {
      generation: GENERATION,
      builtAtMs: BUILT_AT_MS,
      contentHash: `hash-${id.replaceAll(".", "-")}`,
    });
  }
}

/** Another `version` has the same bytes under other names, so that an isolate reads them as new packs. */
export async function putPacks(
  url: string,
  { cataloguePack, modelPack }: BenchCatalogue,
  version = 1,
): Promise<void> {
  const hashes = { catalogue: `catalogue-${version}`, model: `model-${version}` };
  await put(url, KV_KEY.cataloguePack, cataloguePack, { contentHash: hashes.catalogue });
  await put(url, KV_KEY.modelPack, modelPack, { contentHash: hashes.model });
  const versions: PackVersions = {
    catalogue: { contentHash: hashes.catalogue, bytes: cataloguePack.byteLength },
    model: {
      contentHash: hashes.model,
      bytes: modelPack.byteLength,
      weightsPerRow: MODEL_WEIGHTS,
    },
    budget: "whole",
  };
  await put(url, KV_KEY.packs, versions);
}

/** A pin for everybody and one for a team, and items to hide of which some stand on pages. */
function editorial({ entries, popularity }: BenchCatalogue) {
  const items = ["final", "semi-final", "preview"].map((id) => ({ id, title: id, kind: "match" }));
  const pins = [
    { id: "tonight", when: {}, contexts: ["homepage"], title: "Tonight", items },
    { id: "team", when: { team: TEAMS[0] }, contexts: ["homepage"], items: items.slice(0, 1) },
  ];
  const hidden = entries
    .toSorted((a, b) => (popularity[b.seq - 1] ?? 0) - (popularity[a.seq - 1] ?? 0))
    .slice(0, HIDDEN)
    .map(({ item }) => item.id);
  return { version: 1, clockOffsetMs: 0, pins, hidden };
}

/** Nobody of the visitors is among them. */
function listedSuspects() {
  return Array.from({ length: LISTED }, (_, at) => ({
    hash: (BigInt(at) * (2n ** 64n / BigInt(LISTED))).toString(16).padStart(16, "0"),
    expiresMs: 4e12,
  }));
}

/** The key of the page that the edge serves for a pattern, from which the baselines serve it. */
export function servedKey(pattern: number): string {
  return `served-${pattern}`;
}

export async function keepServed(url: string, pattern: number, page: string): Promise<void> {
  await put(url, servedKey(pattern), page);
}

/** Takes bytes, text, or an object to be written as JSON. */
async function put(
  url: string,
  key: string,
  value: Uint8Array<ArrayBuffer> | string | object,
  metadata?: object,
): Promise<void> {
  const response = await fetch(`${url}/${encodeURIComponent(key)}`, {
    method: "PUT",
    body: typeof value === "string" || value instanceof Uint8Array ? value : JSON.stringify(value),
    headers: metadata === undefined ? {} : { "CF-KV-Metadata": JSON.stringify(metadata) },
  });
  if (response.status !== 204) throw new Error(`KV does not take ${key}: ${response.status}`);
}
