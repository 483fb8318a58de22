/**
 * The packs from KV, held in memory. A small document names their versions, so that megabytes are read only
 * when they have changed; they are read behind a response, checked, and taken as a pair.
 */
import { readCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { readModelPack } from "@spillway/model/packs/model-pack.ts";
import { pairPacks, type Packs } from "@spillway/model/packs/packs.ts";
import {
  packHashIn,
  parsePackVersions,
  type PackVersion,
  type PackVersions,
} from "@spillway/shared/protocol/pack-versions.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { issuesLine, type Checked } from "@spillway/shared/protocol/zod-issues.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import { readKvBytes } from "../published/kv-bytes.ts";
import { createDocumentLoader, type KvReader } from "../published/kv-document.ts";
import { createRefreshedValue, type Loaded } from "../published/refreshed-value.ts";
import type { RequestContext } from "../request/request-context.ts";

export type PackSource = {
  /** The newest good pair so far. */
  readonly current: () => Packs | undefined;
  /** Starts a reading behind the response when one is due. It waits for it at most `waitMs`. */
  readonly read: (requestContext: RequestContext, waitMs: number) => MaybePromise<Packs | undefined>;
  /**
   * The pair, after the reading that is on its way where there is none yet: it is waited for at most
   * `waitMs`.
   */
  readonly arrival: (waitMs: number) => MaybePromise<Packs | undefined>;
  readonly size: () => PackSizes;
};

/** What `/health` says of the packs in memory. */
export type PackSizes = {
  readonly bytes: number;
  /** What the next ones take beside them while they are swapped: one pack after the other. */
  readonly swapBytes: number;
  readonly items: number;
  readonly weights: number;
  /** The content hashes; null where there is no such pack. */
  readonly catalogue: string | null;
  readonly model: string | null;
  readonly budget: PackVersions["budget"] | null;
};

type Held = { readonly versions: PackVersions; readonly packs: Packs | undefined };

export function createPackSource(reader: KvReader): PackSource {
  const loadVersions = createDocumentLoader(reader, KV_KEY.packs, parsePackVersions);
  let named: PackVersions | undefined;
  let refusedName: string | undefined;
  const accept = (): void => {
    for (const key of [KV_KEY.cataloguePack, KV_KEY.modelPack]) reader.failures.refuse(key, undefined);
  };
  const load = async (held: Held | undefined): Promise<Loaded<Held>> => {
    const read = await loadVersions(named);
    if (read.kind === "unknown") return UNKNOWN;
    named = read.value;
    const versions = read.value;
    const isHeld = held !== undefined && nameOf(versions) === nameOf(held.versions);
    if (isHeld || versions.catalogue === null) accept();
    if (isHeld) return UNKNOWN;
    if (versions.catalogue === null) return { kind: "loaded", value: { versions, packs: undefined } };
    const name = nameOf(versions);
    // Reading megabytes again each cycle would not make them better.
    if (name === refusedName) return UNKNOWN;
    const pair = await readPair(reader, { ...versions, catalogue: versions.catalogue }, held);
    if (pair.kind === "late") return UNKNOWN;
    if (pair.kind === "refused") {
      refusedName = name;
      reader.failures.count("kv-value", `${pair.key} ${pair.reason}`);
      reader.failures.refuse(pair.key, pair.reason);
      return UNKNOWN;
    }
    accept();
    return { kind: "loaded", value: pair };
  };
  const pairs = createRefreshedValue<Held>(load, reader.cycleMs);
  return {
    current: () => pairs.current()?.packs,
    read: (requestContext, waitMs) => {
      const held = pairs.read(requestContext, waitMs);
      return held instanceof Promise ? held.then((value) => value?.packs) : held?.packs;
    },
    arrival: (waitMs) => pairs.current()?.packs ?? andThen(pairs.arrival(waitMs), (held) => held?.packs),
    size: () => sizesOf(pairs.current()),
  };
}

const UNKNOWN = { kind: "unknown" } as const;

type Pair =
  | ({ readonly kind: "loaded" } & Held)
  /** KV does not show the named version yet. */
  | { readonly kind: "late" }
  | { readonly kind: "refused"; readonly key: string; readonly reason: string };

/**
 * What stands in memory under the same hash is not read again. Where both have changed, the catalogue comes
 * first and the model with the next reading, as far as the old model fits: so less is in memory at once.
 */
async function readPair(
  reader: KvReader,
  versions: PackVersions & { readonly catalogue: PackVersion },
  held: Held | undefined,
): Promise<Pair> {
  const before = held?.packs;
  const { contentHash } = versions.catalogue;
  const known = held?.versions.catalogue?.contentHash === contentHash ? before?.catalogue : undefined;
  const catalogue = await readOne(reader, KV_KEY.cataloguePack, contentHash, known, (bytes) =>
    readCataloguePack(bytes, before?.catalogue),
  );
  if (catalogue.kind !== "read") return catalogue;
  if (versions.model === null) return loaded(versions, pairPacks(catalogue.value, undefined));
  const isSameModel = held?.versions.model?.contentHash === versions.model.contentHash;
  if (known === undefined && held !== undefined && before?.model !== undefined) {
    const packs = pairPacks(catalogue.value, before.model);
    if (packs !== undefined) return loaded({ ...versions, model: held.versions.model }, packs);
  }
  const model = await readOne(
    reader,
    KV_KEY.modelPack,
    versions.model.contentHash,
    isSameModel ? before?.model : undefined,
    readModelPack,
  );
  return model.kind === "read" ? loaded(versions, pairPacks(catalogue.value, model.value)) : model;
}

function loaded(versions: PackVersions, packs: Packs | undefined): Pair {
  return packs === undefined
    ? { kind: "refused", key: KV_KEY.modelPack, reason: "is about other items than the catalogue pack" }
    : { kind: "loaded", versions, packs };
}

type One<Pack> = { readonly kind: "read"; readonly value: Pack } | Exclude<Pair, { readonly kind: "loaded" }>;

async function readOne<Pack>(
  reader: KvReader,
  key: string,
  contentHash: string,
  known: Pack | undefined,
  read: (bytes: Uint8Array) => Checked<Pack>,
): Promise<One<Pack>> {
  if (known !== undefined) return { kind: "read", value: known };
  const stored = await readKvBytes(reader, key);
  if (stored === undefined) return { kind: "late" };
  const { value, metadata } = stored;
  if (value === null || packHashIn(metadata) !== contentHash) return { kind: "late" };
  const checked = read(new Uint8Array(value));
  if (checked.ok) return { kind: "read", value: checked.value };
  const reason = `is refused; the last good one stays, if there is one: ${issuesLine(checked.issues)}`;
  return { kind: "refused", key, reason };
}

function nameOf({ catalogue, model }: PackVersions): string {
  return `${catalogue?.contentHash} ${model?.contentHash}`;
}

function sizesOf(held: Held | undefined): PackSizes {
  const { packs, versions } = held ?? {};
  return {
    bytes: packs?.bytes() ?? 0,
    swapBytes: Math.max(packs?.catalogue.mostBytes ?? 0, versions?.model?.bytes ?? 0),
    items: packs?.catalogue.itemSeqs.length ?? 0,
    weights: packs?.model?.weights.length ?? 0,
    catalogue: versions?.catalogue?.contentHash ?? null,
    model: versions?.model?.contentHash ?? null,
    budget: versions?.budget ?? null,
  };
}
