/**
 * What is wrong with pages that are about to be written. Also runs on a worker thread: a thousand take a
 * second.
 */
import { publishedIssues } from "@spillway/shared/protocol/published.ts";
import { issuesLine } from "@spillway/shared/protocol/zod-issues.ts";
import { ranges } from "@spillway/model/workers/ranges.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import type { KvPair } from "../../kv/kv-namespace.ts";

type PagePair = KvPair & { readonly value: string };

/** So few are looked at faster without threads. */
const FEW = 200;
const WORKER = new URL(import.meta.url);

/** A page without a carousel says that there is nothing to show: the edge then looks further up the tree. */
const EMPTY = '"carousels":[]';

/** Of each page its issues as a line, in the order of `pairs`; undefined where there are none. */
export async function pageIssues(
  pairs: readonly PagePair[],
  pool: WorkerPool,
): Promise<readonly (string | undefined)[]> {
  if (pairs.length < FEW) return issuesOfPairs(pairs);
  const parts = await Promise.all(
    ranges(pairs.length, pool.threads).map(({ from, to }) =>
      pool.runFile<(string | undefined)[]>(WORKER, issuesOfPairs.name, pairs.slice(from, to)),
    ),
  );
  return parts.flat();
}

export function issuesOfPairs(pairs: readonly PagePair[]): (string | undefined)[] {
  return pairs.map(({ key, value, metadata }) => {
    const issues = value.includes(EMPTY) ? [] : publishedIssues(key, value, metadata);
    return issues.length === 0 ? undefined : issuesLine(issues);
  });
}
