/** The answers about clusters, as zod schemas: the OpenAPI document is made from them. */
import * as z from "zod/mini";
import { PAGE_WHOSE, type ShownCluster } from "@spillway/shared/clusters/compared-pages.ts";
import type { ClusterList } from "@spillway/shared/clusters/listed-clusters.ts";
import { SERVED_AS } from "@spillway/shared/protocol/served.ts";

const count = z.int().check(z.gte(0));
const share = z.number().check(z.gte(0), z.lte(1));
const instant = z.iso.datetime();
const rungCalls = z.partialRecord(z.enum(SERVED_AS), count);
const page = z.nullable(z.object({ generation: count, changedAt: instant }));
const spans = z.object({ hour: count, day: count });

const cluster = z.object({
  id: z.string(),
  definition: z.string(),
  parent: z.nullable(z.string()),
  members: count,
  /** Over the parent's page, and over the page of everybody. */
  gain: share,
  gainOverGeneric: z.nullable(share),
  leaf: z.boolean(),
  page,
  hour: rungCalls,
  day: rungCalls,
});

export const clusterListSchema: z.ZodMiniType<ClusterList> = z.object({
  at: instant,
  context: z.string(),
  cycle: z.nullable(z.object({ generation: count, endedAt: instant })),
  traffic: z.object({
    hourFrom: instant,
    dayFrom: instant,
    since: z.nullable(instant),
    hour: rungCalls,
    day: rungCalls,
    outside: spans,
  }),
  clusters: z.array(cluster),
});

const place = z.nullable(z.object({ carousel: z.string(), position: count }));

export const shownClusterSchema: z.ZodMiniType<ShownCluster> = z.object({
  at: instant,
  context: z.string(),
  contexts: z.array(z.string()),
  cluster,
  path: z.array(z.object({ id: z.string(), definition: z.string(), members: count, gain: share })),
  allPages: spans,
  standsIn: z.nullable(z.string()),
  pages: z.array(
    z.object({
      whose: z.enum(PAGE_WHOSE),
      cluster: z.string(),
      definition: z.string(),
      page,
      carousels: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          beside: z.partialRecord(z.enum(PAGE_WHOSE), z.nullable(count)),
          items: z.array(
            z.object({
              id: z.string(),
              title: z.string(),
              kind: z.string(),
              beside: z.partialRecord(z.enum(PAGE_WHOSE), place),
            }),
          ),
        }),
      ),
    }),
  ),
});
