/**
 * Mutated documents in KV: an isolate that has good ones keeps every page as good, and a new isolate still has
 * pages. Where a mutation is itself a document that serving can rely on, it is taken: what it says then holds.
 */
import type { Random } from "@spillway/demo/random.ts";
import { GENERIC_CLUSTER, KV_KEY, PAGE_CONTEXTS, pageKey } from "@spillway/shared/protocol/wire.ts";
import { mutateJson } from "./mutate-json.ts";
import { mutateBytes, mutateJsonText } from "./mutate-text.ts";
import { isWorse, type Answer } from "./oracle.ts";
import { READ_CYCLE_MS, type Isolate, type Platform } from "./platform.ts";
import { probeAll, probeFaults } from "./probes.ts";
import { goodSite, type KvPair } from "./site.ts";
import type { CaseResult, RunCase } from "./target.ts";

/** The clusters of the probes' visitors come first, since a page that nobody asks for tells nothing. */
type Clusters = readonly string[];
const USER = "u42";
/** The list of suspects is read once in ten cycles. */
const ALL_READ_MS = 10 * READ_CYCLE_MS;

export async function documentsTarget(platform: Platform): Promise<RunCase> {
  const { clusters } = await baselineOf(platform);
  return (random) => runCase(platform, clusters, random);
}

async function baselineOf(platform: Platform): Promise<{ clusters: Clusters }> {
  const isolate = platform.isolate({ kv: goodSite(), callOrigin: away });
  const answers = await probeAll(isolate, USER);
  const ids = answers.map(
    ({ headers }) => /;cluster="([^"]+)"/.exec(headers.get("spillway-served") ?? "")?.[1],
  );
  return { clusters: [...new Set(ids.flatMap((id) => id ?? []))] };
}

function away(): Promise<{ readonly kind: "none"; readonly reason: "origin-unreachable" }> {
  return Promise.resolve({ kind: "none", reason: "origin-unreachable" });
}

async function runCase(platform: Platform, clusters: Clusters, random: Random): Promise<CaseResult> {
  platform.draw(random);
  const kv = goodSite();
  const key = random.chance(0.6)
    ? random.pick(Object.values(KV_KEY))
    : pageKey(random.pick(PAGE_CONTEXTS), random.pick(clusters));
  const good = kv.get(key);
  if (good === undefined) return { outcome: "no such document", faults: [], input: () => key };
  const mutated = mutatePair(good, random);
  const isolate = platform.isolate({ kv, callOrigin: away });
  const before = await probeAll(isolate, USER);
  const faults = before.flatMap((answer, at) => probeFaults(answer, at));

  kv.set(key, mutated);
  const after = await nextRead(platform, isolate);
  const isTaken = await wasTaken(isolate, key);
  faults.push(...compared(key, isTaken, before, after));

  // An isolate that has no last good one.
  const cold = await probeAll(platform.isolate({ kv, callOrigin: away }), USER);
  faults.push(
    ...cold.flatMap((answer, at) => probeFaults(answer, at)).map((fault) => `new isolate: ${fault}`),
  );
  // Below everybody's page there is only the builtin one.
  const isLastPage = key.endsWith(`:${GENERIC_CLUSTER}`);
  if (!isLastPage && cold.some(({ as }) => as === "builtin")) faults.push("new isolate: served builtin");

  kv.set(key, good);
  const again = await nextRead(platform, isolate);
  faults.push(...compared(key, false, before, again).map((fault) => `after it was mended: ${fault}`));
  const kind = key.startsWith("page:") ? "page" : key;
  return {
    outcome: `${kind} ${isTaken ? "taken" : "refused"}`,
    faults: [...new Set(faults)],
    input: () => `${key} = ${textOf(mutated)}`,
  };
}

async function nextRead(platform: Platform, isolate: Isolate): Promise<Answer[]> {
  platform.advance(ALL_READ_MS + 1);
  await probeAll(isolate, USER);
  return probeAll(isolate, USER);
}

/** A page is taken silently; whether it was shows in the count of refusals. */
async function wasTaken(isolate: Isolate, key: string): Promise<boolean> {
  const { problems, failures } = await isolate.health();
  return key.startsWith("page:")
    ? failures["kv-value"] === 0
    : !problems.some((problem) => problem.key === key);
}

function compared(
  key: string,
  isTaken: boolean,
  before: readonly Answer[],
  after: readonly Answer[],
): string[] {
  return after.flatMap((answer, at) => {
    const faults = probeFaults(answer, at);
    const was = before[at]?.as;
    // What an index or rules say that can be relied on is what the origin wants: only the builtin page is no page.
    const mayDiffer = isTaken && !key.startsWith("page:");
    if (mayDiffer ? answer.as === "builtin" : isWorse(answer.as, was))
      faults.push(`served ${answer.as}, and ${was} before`);
    return faults;
  });
}

function mutatePair({ value, metadata }: KvPair, random: Random): KvPair {
  const text = typeof value === "string" ? value : "";
  const isPage = metadata !== undefined;
  if (isPage && random.chance(0.3)) {
    return { value, metadata: mutateJson(JSON.parse(JSON.stringify(metadata)), random) };
  }
  // Pages are compared by their metadata: the same would mean the page that is held already.
  const other = isPage ? { metadata: { ...(metadata as object), contentHash: `h${random.int(1e9)}` } } : {};
  const way = random.next();
  if (way < 0.7) return { value: stringified(mutateJson(JSON.parse(text), random)), ...other };
  if (way < 0.9) return { value: mutateJsonText(text, random), ...other };
  return { value: mutateBytes(new TextEncoder().encode(text), random), ...other };
}

function stringified(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}

function textOf({ value, metadata }: KvPair): string {
  const text = typeof value === "string" ? value : new TextDecoder().decode(value);
  return metadata === undefined ? text : `${JSON.stringify(metadata)} ${text}`;
}
