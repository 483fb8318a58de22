/**
 * The ladder of pages: the visitor's cluster, its ancestors, everybody, and the page that the worker brings
 * along.
 */
import type { Cluster } from "@spillway/shared/clusters/cluster-index.ts";
import { builtinPage } from "./builtin-page.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { FoundPage } from "./found-page.ts";
import type { PageSource } from "./page-source.ts";

/** The best page there is. After `untilMs` only pages in memory count. */
export async function findPage(
  pages: PageSource,
  context: string,
  assigned: Cluster,
  requestContext: RequestContext,
  untilMs: number,
  clock: () => number,
): Promise<FoundPage> {
  for (let rung: Cluster | undefined = assigned; rung !== undefined; rung = rung.parent) {
    const page = await pages.find(context, rung.id, requestContext, untilMs - clock());
    if (page === undefined) continue;
    const { body, contentHash, generation, builtAtMs } = page;
    return { as: rungName(rung, assigned), cluster: rung.id, body, contentHash, generation, builtAtMs };
  }
  return builtinPage(context);
}

function rungName(rung: Cluster, assigned: Cluster): FoundPage["as"] {
  if (rung.parent === undefined) return "generic";
  return rung === assigned ? "cluster" : "parent";
}
