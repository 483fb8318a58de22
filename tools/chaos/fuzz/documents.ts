/**
 * Mutated documents in KV: an isolate that has good ones keeps every page as good, and a new isolate still
 * has pages. Where a mutation is itself a document that serving can rely on, it is taken: what it says then
 * holds.
 */
import type { Random } from "@spillway/demo/random.ts";
import { GENERIC_CLUSTER, KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";
import { mutateJson } from "./mutate-json.ts";
import { mutateBytes, mutateJsonText } from "./mutate-text.ts";
import { isWorse, type Answer } from "./oracle.ts";
import { READ_CYCLE_MS, type Isolate, type Platform } from "./platform.ts";
import { probe, probeAll, PROBED_USER as USER, probeFaults } from "./probes.ts";
import { goodSite, PACKS, type KvContent, type KvPair } from "./site.ts";
import type { CaseResult, RunCase } from "./target.ts";

type PageKeys = readonly string[];
/** The list of suspects is read once in ten cycles. */
const ALL_READ_MS = 10 * READ_CYCLE_MS + 1;
const COLD_PROBES = 2;

/**
 * An isolate that has only ever had good documents last is as good as a new one, and has them read already.
 */
const CASES_PER_ISOLATE = 200;

type Warm = { readonly kv: KvContent; readonly isolate: Isolate; readonly before: readonly Answer[] };

export async function documentsTarget(platform: Platform): Promise<RunCase> {
  let warm = await warmUp(platform);
  const pages = pagesOf(warm.before);
  let left = CASES_PER_ISOLATE;
  return async (random) => {
    platform.draw(random);
    if (left === 0) {
      warm = await warmUp(platform);
      left = CASES_PER_ISOLATE;
    }
    left -= 1;
    return runCase(platform, warm, pages, random);
  };
}

async function warmUp(platform: Platform): Promise<Warm> {
  const kv = goodSite();
  const isolate = platform.isolate({ kv, callOrigin: away });
  const before = await probeAll(isolate, USER);
  return { kv, isolate, before };
}

/** The pages that the probes' visitors get: another one would tell nothing. */
function pagesOf(answers: readonly Answer[]): PageKeys {
  const keys = answers.flatMap(({ headers, body }) => {
    const cluster = /;cluster="([^"]+)"/.exec(headers.get("spillway-served") ?? "")?.[1];
    const { context } = JSON.parse(body) as { readonly context: string };
    return cluster === undefined ? [] : [pageKey(context, cluster)];
  });
  return [...new Set(keys)];
}

function away(): Promise<{ readonly kind: "none"; readonly reason: "origin-unreachable" }> {
  return Promise.resolve({ kind: "none", reason: "origin-unreachable" });
}

async function runCase(
  platform: Platform,
  { kv, isolate, before }: Warm,
  pages: PageKeys,
  random: Random,
): Promise<CaseResult> {
  const key = random.chance(0.6) ? random.pick(Object.values(KV_KEY)) : random.pick(pages);
  const good = kv.get(key);
  if (good === undefined) return { outcome: "no such document", faults: [], input: () => key };
  const mutated = mutatePair(good, random);
  const named = kv.get(KV_KEY.packs);
  const refusedBefore = (await isolate.health()).failures["kv-value"];

  kv.set(key, mutated);
  // A pack is read where the document names it.
  if (isPack(key)) kv.set(KV_KEY.packs, naming(key, mutated.metadata));
  platform.advance(ALL_READ_MS);
  const after = await probeAll(isolate, USER);
  const isTaken = await wasTaken(isolate, key, refusedBefore);
  const faults = compared(key, isTaken, before, after);

  // An isolate that has no last good one. Below everybody's page there is only the builtin one.
  const cold = platform.isolate({ kv, callOrigin: away });
  const isLastPage = key.endsWith(`:${GENERIC_CLUSTER}`);
  const first = random.int(before.length);
  for (let at = first; at < first + COLD_PROBES; at += 1) {
    const answer = await probe(cold, at, USER);
    const problems = probeFaults(answer, at);
    if (!isLastPage && answer.as === "builtin") problems.push("served builtin");
    faults.push(...problems.map((fault) => `new isolate: ${fault}`));
  }

  kv.set(key, good);
  if (named !== undefined && isPack(key)) kv.set(KV_KEY.packs, named);
  platform.advance(ALL_READ_MS);
  const again = await probeAll(isolate, USER);
  faults.push(...compared(key, false, before, again).map((fault) => `after it was mended: ${fault}`));
  const kind = key.startsWith("page:") ? "page" : key;
  return {
    outcome: `${kind} ${isTaken ? "taken" : "refused"}`,
    faults: [...new Set(faults)],
    input: () => `${key} = ${textOf(mutated)}`,
  };
}

/** A page is taken silently; whether it was shows in the count of refusals. */
async function wasTaken(isolate: Isolate, key: string, refusedBefore: number | undefined): Promise<boolean> {
  const { problems, failures } = await isolate.health();
  return key.startsWith("page:")
    ? failures["kv-value"] === refusedBefore
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
    // A page whose candidates nobody can read is served as it is.
    const as = before[at]?.as;
    const was = as === "tailored" && key.startsWith("page:") ? "cluster" : as;
    // What an index or rules say that can be relied on is what the origin wants: only the builtin page is no
    // page.
    const mayDiffer = isTaken && !key.startsWith("page:");
    if (mayDiffer ? answer.as === "builtin" : isWorse(answer.as, was))
      faults.push(`served ${answer.as}, and ${was} before`);
    return faults;
  });
}

function isPack(key: string): boolean {
  return key === KV_KEY.cataloguePack || key === KV_KEY.modelPack;
}

function naming(key: string, metadata: unknown): KvPair {
  const { catalogue, model } = PACKS.versions;
  const own = metadata as { readonly contentHash: string };
  const versions =
    key === KV_KEY.modelPack
      ? { ...PACKS.versions, model: { ...model, ...own } }
      : { ...PACKS.versions, catalogue: { ...catalogue, ...own } };
  return { value: JSON.stringify(versions) };
}

function mutatePair({ value, metadata }: KvPair, random: Random): KvPair {
  if (typeof value !== "string") {
    return { value: mutatePack(value, random), metadata: { contentHash: `h${random.int(1e9)}` } };
  }
  const text = value;
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

/**
 * A few bytes are others, or some are missing; the numbers of a pack have no form that mutations could keep.
 */
function mutatePack(pack: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.2)) return mutateBytes(pack, random);
  const bytes = pack.slice();
  for (let change = 0; change < 1 + random.int(4); change += 1)
    bytes[random.int(bytes.length)] = random.int(256);
  return bytes;
}

function stringified(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}

function textOf({ value, metadata }: KvPair): string {
  const text = typeof value === "string" ? value : new TextDecoder().decode(value);
  return metadata === undefined ? text : `${JSON.stringify(metadata)} ${text}`;
}
