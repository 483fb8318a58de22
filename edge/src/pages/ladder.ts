/**
 * The ladder of pages: the visitor's cluster, its ancestors, everybody, and the page that the worker brings
 * along.
 */
import type { Cluster } from "@spillway/shared/clusters/cluster-index.ts";
import { builtinPage } from "./builtin-page.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { FoundPage } from "./found-page.ts";
import type { PageSource } from "./page-source.ts";

/** The best page there is, from the rung `start` on. After `untilMs` only pages in memory count. */
export function findPage(
  pages: PageSource,
  context: string,
  assigned: Cluster,
  requestContext: RequestContext,
  untilMs: number,
  clock: () => number,
  start: Cluster | undefined = assigned,
): MaybePromise<FoundPage> {
  const from = (rung: Cluster | undefined): MaybePromise<FoundPage> => {
    if (rung === undefined) return builtinPage(context);
    return andThen(pages.find(context, rung.id, requestContext, untilMs - clock()), (page) => {
      if (page === undefined) return from(rung.parent);
      const { body, contentHash, generation, builtAtMs, candidates, restrictions } = page;
      return {
        as: rungName(rung, assigned),
        cluster: rung.id,
        above: rung.parent,
        body,
        contentHash,
        generation,
        builtAtMs,
        candidates,
        restrictions,
      };
    });
  };
  return from(start);
}

function rungName(rung: Cluster, assigned: Cluster): FoundPage["as"] {
  if (rung.parent === undefined) return "generic";
  return rung === assigned ? "cluster" : "parent";
}
