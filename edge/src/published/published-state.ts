/**
 * What the origin has published and every request is decided by: cluster index, routing, pins, suspects,
 * erasures, packs.
 */
import type { CompiledClusterIndex } from "@spillway/shared/clusters/cluster-index.ts";
import { NO_EDITORIAL, type CompiledEditorial } from "@spillway/shared/protocol/editorial.ts";
import { NO_ERASURES, type CompiledErasures } from "@spillway/shared/protocol/erasures.ts";
import { NO_SUSPECTS, type CompiledSuspects } from "@spillway/shared/protocol/suspects.ts";
import type { Packs } from "@spillway/model/packs/packs.ts";
import type { PackSource } from "../packs/pack-source.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { createClusterSource } from "./cluster-source.ts";
import type { RequestContext } from "../request/request-context.ts";
import { createEditorialSource } from "./editorial-source.ts";
import { createErasuresSource } from "./erasures-source.ts";
import type { KvReader } from "./kv-document.ts";
import {
  createRoutingSource,
  DEFAULT_DEADLINE_MS,
  DEFAULT_ROUTING,
  type RoutingInKv,
} from "./routing-source.ts";
import { createSuspectsSource } from "./suspects-source.ts";

export type PublishedState = {
  /** Undefined until one has been read. */
  readonly clusters: CompiledClusterIndex | undefined;
  readonly routing: RoutingInKv;
  readonly editorial: CompiledEditorial;
  readonly suspects: CompiledSuspects;
  /** Undefined until they have been read, and where the catalogue is too large: then nothing is tailored. */
  readonly packs: Packs | undefined;
  readonly erasures: CompiledErasures;
};

/** A promise only where something has to be read from KV first, which is rare. */
export type PublishedStateReader = (requestContext: RequestContext) => MaybePromise<PublishedState>;

/** `waitMs` is the longest wait of a request for which all that is in memory is older than a cycle. */
export function createPublishedState(
  reader: KvReader,
  waitMs: number,
  packs: PackSource,
): PublishedStateReader {
  const clusters = createClusterSource(reader);
  const routing = createRoutingSource(reader);
  const editorial = createEditorialSource(reader);
  const suspects = createSuspectsSource(reader);
  const erasures = createErasuresSource(reader);
  // Without an index everybody gets the generic page, and without the list suspects spend the budget. So an
  // isolate's first request waits longer, and leaves half of the deadline for the origin.
  const coldWaitMs = Math.max(waitMs, DEFAULT_DEADLINE_MS / 2);
  const current = (): PublishedState => ({
    clusters: clusters.current(),
    routing: routing.current() ?? DEFAULT_ROUTING,
    editorial: editorial.current() ?? NO_EDITORIAL,
    suspects: suspects.current() ?? NO_SUSPECTS,
    packs: packs.current(),
    erasures: erasures.current() ?? NO_ERASURES,
  });
  return (requestContext) => {
    const reads = [
      clusters.read(requestContext, waitMs, coldWaitMs),
      routing.read(requestContext, waitMs, coldWaitMs),
      editorial.read(requestContext, waitMs, coldWaitMs),
      // An old list does as well as a new one, so nobody waits for it later.
      suspects.read(requestContext, 0, coldWaitMs),
      // Megabytes are worth nobody's wait: until they are there, the cluster's page is served.
      packs.read(requestContext, 0),
      erasures.read(requestContext, 0, coldWaitMs),
    ];
    prepareAhead(packs.current(), requestContext, editorial.current() ?? NO_EDITORIAL);
    const waits = reads.filter((read) => read instanceof Promise);
    return waits.length === 0 ? current() : Promise.all<unknown>(waits).then(current);
  };
}

/** Behind the response, so that no request waits for what time does to the catalogue. */
function prepareAhead(
  packs: Packs | undefined,
  { nowMs, waitUntil }: RequestContext,
  { clockOffsetMs }: CompiledEditorial,
): void {
  const contentNowMs = nowMs + clockOffsetMs;
  if (packs === undefined || !packs.catalogue.isDue(contentNowMs)) return;
  waitUntil(Promise.resolve().then(() => packs.catalogue.prepareAhead(contentNowMs)));
}
