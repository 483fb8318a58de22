/**
 * Answers `GET /clusters`, what each cluster is and serves, and `GET /clusters/pages`, one's page beside its
 * parent's and the generic one.
 */
import { Hono } from "hono";
import type Sqlite from "better-sqlite3";
import type { ClusterList } from "@spillway/shared/clusters/listed-clusters.ts";
import { GENERIC_CLUSTER, PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Database } from "@spillway/store/database.ts";
import { createTrafficReader } from "../clusters/cluster-traffic.ts";
import { listClusters } from "../clusters/list-clusters.ts";
import { showCluster } from "../clusters/show-cluster.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse, refuseFor } from "./reply.ts";

export type ClustersDeps = {
  readonly database: Database;
  readonly servingLog: { readonly sqlite: Sqlite.Database };
  readonly nowMs: () => number;
};

/** A thousand clusters take some ten milliseconds, in which nobody is answered. */
const KEPT_MS = 2000;

export function clustersRoutes({ database, servingLog, nowMs }: ClustersDeps): Hono {
  const readTraffic = createTrafficReader(servingLog.sqlite);
  const list = async (context: string): Promise<ClusterList> =>
    listClusters(database, context, await readTraffic(nowMs()), nowMs());
  /** By context: what is sent to everybody who asks within {@link KEPT_MS}. */
  const kept = new Map<string, { readonly atMs: number; readonly list: Promise<ClusterList> }>();
  const keptList = (context: string): Promise<ClusterList> => {
    const known = kept.get(context);
    if (known !== undefined && Math.abs(nowMs() - known.atMs) < KEPT_MS) return known.list;
    const made = list(context);
    kept.set(context, { atMs: nowMs(), list: made });
    // What could not be read is tried again by whoever asks next.
    made.catch(() => kept.delete(context));
    return made;
  };
  return new Hono()
    .get("/clusters", requireRole("viewer"), async (c) => {
      const context = contextOf(c.req.query("context"));
      if (context === undefined) return refuse(c, 400, "the parameters are not valid", [UNKNOWN_CONTEXT]);
      c.header("Cache-Control", "no-store");
      return c.json(await keptList(context));
    })
    .get("/clusters/pages", requireRole("viewer"), async (c) => {
      const context = contextOf(c.req.query("context"));
      if (context === undefined) return refuse(c, 400, "the parameters are not valid", [UNKNOWN_CONTEXT]);
      const shown = showCluster(database, await list(context), c.req.query("cluster") ?? GENERIC_CLUSTER);
      if (shown === undefined)
        return refuseFor(c, { status: 404, key: "cluster", reason: "is none of the newest cycle" });
      c.header("Cache-Control", "no-store");
      return c.json(shown);
    });
}

const UNKNOWN_CONTEXT = { key: "context", reason: `must be one of ${PAGE_CONTEXTS.join(", ")}` };

function contextOf(asked: string | undefined): string | undefined {
  return asked === undefined ? PAGE_CONTEXTS[0] : PAGE_CONTEXTS.find((known) => known === asked);
}
