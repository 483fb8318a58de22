/**
 * Every kind of document that the origin publishes to KV, and the check of each: by the origin before it
 * writes, and by the edge before it serves by it.
 */
import { parseClusterIndex } from "../clusters/cluster-index.ts";
import { parsePublishedRouting } from "../routing/published-routing.ts";
import { parseEditorial } from "./editorial.ts";
import { parsePackVersions } from "./pack-versions.ts";
import { compileErasures } from "./erasures.ts";
import { checkPageMetadata, checkStoredPage } from "./page.ts";
import { compileSuspects } from "./suspects.ts";
import { parseViewerMap } from "./viewer-map.ts";
import { KV_KEY } from "./wire.ts";
import type { Checked, Issue } from "./zod-issues.ts";

const CHECKS: Readonly<Record<string, (value: unknown) => Checked<unknown>>> = {
  [KV_KEY.routing]: parsePublishedRouting,
  [KV_KEY.clusterIndex]: parseClusterIndex,
  [KV_KEY.editorial]: parseEditorial,
  [KV_KEY.suspects]: compileSuspects,
  [KV_KEY.packs]: parsePackVersions,
  [KV_KEY.erasures]: compileErasures,
  [KV_KEY.viewers]: parseViewerMap,
};

const PAGE_KEY = /^page:([^:]*):([^:]*)$/;

/** What is wrong with a pair that is about to be written; nothing for a key that no edge reads. */
export function publishedIssues(key: string, json: string, metadata?: unknown): readonly Issue[] {
  const [, context, cluster] = PAGE_KEY.exec(key) ?? [];
  if (context !== undefined && cluster !== undefined) {
    return [...issuesOf(checkPageMetadata(metadata)), ...issuesOf(checkStoredPage(json, context, cluster))];
  }
  const check = CHECKS[key];
  if (check === undefined) return [];
  try {
    return issuesOf(check(JSON.parse(json)));
  } catch {
    return [{ key: "", reason: "is not JSON" }];
  }
}

function issuesOf(checked: Checked<unknown>): readonly Issue[] {
  return checked.ok ? [] : checked.issues;
}
