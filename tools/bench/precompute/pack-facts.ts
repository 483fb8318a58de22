/** The packs that a cycle has published, read as an isolate of the edge reads them. */
import { readCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { readModelPack } from "@spillway/model/packs/model-pack.ts";
import { pairPacks, type Packs } from "@spillway/model/packs/packs.ts";
import type { MemoryKv } from "@spillway/origin/kv/memory.ts";
import { parsePackVersions } from "@spillway/shared/protocol/pack-versions.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { issuesLine, type Checked } from "@spillway/shared/protocol/zod-issues.ts";

export type PackFacts = {
  readonly catalogueBytes: number;
  readonly modelBytes: number;
  /** Of both in an isolate, with the carousels of an instant and of the next. */
  readonly memoryBytes: number;
  readonly weightsPerRow: number;
  readonly weights: number;
  readonly budget: string;
  /**
   * Reading and checking both, as an isolate's first reading does, and a catalogue that has hardly changed.
   */
  readonly readMs: number;
  readonly readAgainMs: number;
  /** The carousels of an instant, and of a minute later. */
  readonly prepareMs: number;
  readonly prepareNextMs: number;
};

/** Each time is the median of so many. */
const ROUNDS = 9;
const MINUTE_MS = 60_000;

export function packFacts(kv: MemoryKv, contentNowMs: number): PackFacts {
  const versions = valueOf(parsePackVersions(JSON.parse(kv.pairs.get(KV_KEY.packs)?.value ?? "null")));
  const catalogueBytes = kv.binaries.get(KV_KEY.cataloguePack)?.value ?? new Uint8Array();
  const modelBytes = kv.binaries.get(KV_KEY.modelPack)?.value;
  const read = (before?: Packs): Packs => {
    const catalogue = valueOf(readCataloguePack(catalogueBytes.slice(), before?.catalogue));
    const packs = pairPacks(catalogue, modelBytes && valueOf(readModelPack(modelBytes.slice())));
    if (packs === undefined) throw new Error("the packs are not about the same items");
    return packs;
  };
  const packs = read();
  const minutes = (from: number): void => {
    packs.catalogue.contextsAt(contentNowMs + from * MINUTE_MS);
  };
  const times = {
    readMs: median(() => void read()),
    readAgainMs: median(() => void read(packs)),
    prepareMs: median((round) => void read(packs).catalogue.contextsAt(contentNowMs + round)),
    prepareNextMs: median((round) => minutes(round)),
  };
  packs.catalogue.prepareAhead(contentNowMs + (ROUNDS - 0.2) * MINUTE_MS);
  return {
    catalogueBytes: catalogueBytes.byteLength,
    modelBytes: modelBytes?.byteLength ?? 0,
    memoryBytes: packs.bytes(),
    weightsPerRow: versions.model?.weightsPerRow ?? 0,
    weights: packs.model?.weights.length ?? 0,
    budget: versions.budget,
    ...times,
    prepareMs: Math.max(0, times.prepareMs - times.readAgainMs),
  };
}

function median(work: (round: number) => void): number {
  const times = Array.from({ length: ROUNDS }, (_, round) => {
    const startMs = performance.now();
    work(round);
    return performance.now() - startMs;
  });
  return times.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

function valueOf<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(issuesLine(checked.issues));
  return checked.value;
}
