/** Stored pages, read from KV and held in memory as bytes. */
import { readCandidates, type Candidates } from "@spillway/model/packs/candidates.ts";
import {
  checkPageMetadata,
  checkStoredPage,
  cutCandidates,
  type PageMetadata,
} from "@spillway/shared/protocol/page.ts";
import type { Restriction } from "@spillway/shared/protocol/restrictions.ts";
import { restrictionsAmong } from "@spillway/shared/protocol/withheld.ts";
import { pageKey } from "@spillway/shared/protocol/wire.ts";
import { issuesLine, type Checked } from "@spillway/shared/protocol/zod-issues.ts";
import { createByteLru } from "../byte-lru.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import type { RequestContext } from "../request/request-context.ts";
import { readKvBytes } from "../published/kv-bytes.ts";
import type { KvReader } from "../published/kv-document.ts";
import { createRefreshedValue, type Loaded, type RefreshedValue } from "../published/refreshed-value.ts";

export type StoredPage = PageMetadata & {
  readonly body: Uint8Array;
  /** What it shows and what comes next. Pages of older origins have none. */
  readonly candidates: Candidates | undefined;
  /** The different restrictions of its items; none where all are for everybody. */
  readonly restrictions: readonly Restriction[];
  /** The size of the value in KV, of which the candidates have been cut off. */
  readonly storedBytes: number;
};

export type PageSource = {
  /**
   * Undefined when KV has no such page, or could not say within `waitMs`. A promise only where KV is waited
   * for.
   */
  readonly find: (
    context: string,
    cluster: string,
    requestContext: RequestContext,
    waitMs: number,
  ) => MaybePromise<StoredPage | undefined>;
  readonly size: () => { readonly entries: number; readonly bytes: number };
};

/** What an entry takes beside the page's bytes, estimated generously. */
const ENTRY_BYTES = 512;

/**
 * Stands for a page that KV does not have, so that it is looked for once a cycle and not with every request.
 */
const MISSING = "missing";
type Remembered = StoredPage | typeof MISSING;

/** `maxBytes`: see memory/isolate-memory.ts. */
export function createPageSource(reader: KvReader, maxBytes: () => number): PageSource {
  const memory = createByteLru<RefreshedValue<Remembered>>(maxBytes);
  const open = (context: string, cluster: string): RefreshedValue<Remembered> => {
    const key = pageKey(context, cluster);
    const known = memory.get(key);
    if (known !== undefined) return known;
    const entry = createRefreshedValue<Remembered>(async (held) => {
      const loaded = await loadPage(reader, context, cluster, held);
      if (loaded.kind === "loaded" && loaded.value !== MISSING && loaded.value !== held) {
        memory.set(key, entry, bytesOf(loaded.value));
      }
      return loaded;
    }, reader.cycleMs);
    memory.set(key, entry, ENTRY_BYTES);
    return entry;
  };
  return {
    find: (context, cluster, requestContext, waitMs) =>
      andThen(open(context, cluster).read(requestContext, waitMs), unlessMissing),
    size: memory.size,
  };
}

function unlessMissing(remembered: Remembered | undefined): StoredPage | undefined {
  return remembered === MISSING ? undefined : remembered;
}

async function loadPage(
  reader: KvReader,
  context: string,
  cluster: string,
  held: Remembered | undefined,
): Promise<Loaded<Remembered>> {
  const { failures } = reader;
  const key = pageKey(context, cluster);
  const stored = await readKvBytes(reader, key);
  if (stored === undefined) return { kind: "unknown" };
  const { value, metadata } = stored;
  if (value === null) return { kind: "loaded", value: MISSING };
  const known = checkPageMetadata(metadata);
  const page = known.ok
    ? { ...known.value, body: new Uint8Array(value), storedBytes: value.byteLength }
    : undefined;
  // Most reads bring the page that is held already, which has been validated.
  if (page !== undefined && held !== undefined && held !== MISSING && isSameVersion(page, held)) {
    return { kind: "loaded", value: held };
  }
  const checked = page === undefined ? undefined : checkStoredPage(page.body, context, cluster);
  if (page === undefined || checked?.ok !== true) {
    const reason = checked === undefined ? `metadata: ${issuesOf(known)}` : issuesOf(checked);
    failures.count("kv-value", `${key} is refused: ${reason}`);
    return { kind: "unknown" };
  }
  const { page: body, candidates: base64 } = cutCandidates(page.body);
  const candidates = base64 === undefined ? undefined : decodeCandidates(base64);
  if (base64 !== undefined && candidates === undefined) {
    failures.count("kv-value", `${key} is served without its candidates, which are refused`);
  }
  const restrictions = restrictionsAmong(checked.value.carousels.flatMap(({ items }) => items));
  return { kind: "loaded", value: { ...page, body, candidates, restrictions } };
}

function issuesOf(checked: Checked<unknown>): string {
  return checked.ok ? "" : issuesLine(checked.issues);
}

function decodeCandidates(base64: string): Candidates | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
  const read = readCandidates(bytes);
  return read.ok ? read.value : undefined;
}

function bytesOf({ body, candidates }: StoredPage): number {
  const own = candidates === undefined ? 0 : candidates.seqs.byteLength + candidates.scores.byteLength;
  return body.byteLength + own + ENTRY_BYTES;
}

function isSameVersion(page: Omit<StoredPage, "candidates" | "restrictions">, held: StoredPage): boolean {
  return (
    page.contentHash === held.contentHash &&
    page.generation === held.generation &&
    page.builtAtMs === held.builtAtMs &&
    page.storedBytes === held.storedBytes
  );
}
