/** Answers `/routing`: shows, pushes and rolls back the operator's routing. */
import { Hono, type Context } from "hono";
import * as z from "zod/mini";
import { compileRouting, type PublishedRouting, type Routing } from "@spillway/shared/routing/routing.ts";
import { GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import { allClusters } from "@spillway/store/pages/clusters.ts";
import type { Database } from "@spillway/store/database.ts";
import {
  currentRouting,
  listRouting,
  pushRouting,
  routingByVersion,
} from "@spillway/store/operators/routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { queueWrite } from "@spillway/store/write-queue.ts";
import { requireAdmin } from "./auth.ts";
import { readJson, readText } from "./body.ts";
import { refuse, refuseFor } from "./reply.ts";

const MAX_BODY_BYTES = 512 * 1024;
const MEDIA_TYPES = ["application/toml", "text/plain", "application/json"];

export const rollbackSchema = z.strictObject({ version: z.optional(z.int().check(z.gte(1))) });

export type RoutingDeps = {
  readonly database: Database;
  readonly adminToken: string;
  readonly nowMs: () => number;
  /**
   * Applies the routing to the gate at once, and publishes it to KV. The result says whether it was
   * published.
   */
  readonly onRouting: (routing: PublishedRouting) => Promise<{ published: boolean; reason?: string }>;
};

export function routingRoutes(deps: RoutingDeps): Hono {
  const { database } = deps;
  return new Hono()
    .use("/routing", requireAdmin(deps.adminToken))
    .use("/routing/*", requireAdmin(deps.adminToken))
    .get("/routing", (c) => {
      const current = currentRouting(database);
      if (current === undefined) return refuse(c, 404, "no routing has been pushed yet");
      return c.json({ ...describe(current, deps.nowMs()), source: current.source, routing: current.routing });
    })
    .put(async (c) => {
      const body = await readText(c, MAX_BODY_BYTES, MEDIA_TYPES);
      if (body.kind === "refused") return refuseFor(c, body);
      const file = c.req.query("file") ?? "routing.toml";
      const parsed = parseRoutingText(body.text, body.mediaType === "application/json" ? "json" : "toml");
      if (!parsed.ok) {
        return refuse(c, 400, `${file} is not valid; nothing changed`, parsed.issues);
      }
      return push(c, deps, parsed.routing, body.text, undefined);
    })
    .post("/routing/rollback", async (c) => {
      const body =
        c.req.header("content-length") === "0" || c.req.raw.body === null
          ? { kind: "json" as const, value: {} }
          : await readJson(c, 1024);
      if (body.kind === "refused") return refuseFor(c, body);
      const parsed = rollbackSchema.safeParse(body.value);
      if (!parsed.success) return refuse(c, 400, "the rollback is not valid", toIssues(parsed.error));
      const { version } = parsed.data;
      const target =
        version === undefined ? listRouting(database, 2).at(1) : routingByVersion(database, version);
      if (target === undefined) {
        return refuse(
          c,
          404,
          version === undefined ? "there is no earlier routing" : `there is no version ${version}`,
        );
      }
      return push(c, deps, target.routing, target.source, `rollback to version ${target.version}`);
    });
}

async function push(
  c: Context,
  deps: RoutingDeps,
  routing: Routing,
  source: string,
  note: string | undefined,
): Promise<Response> {
  const nowMs = deps.nowMs();
  const version = await queueWrite(() => pushRouting(deps.database, routing, source, note, nowMs));
  const { published, reason } = await deps.onRouting({ version, routing });
  return c.json({
    ...describe({ version, routing, source, note, pushedMs: nowMs }, nowMs),
    published,
    ...(reason !== undefined && { reason }),
    warnings: warningsOf(deps.database, routing),
  });
}

function describe(stored: RoutingVersion, nowMs: number) {
  const { mode, bandAt } = compileRouting(stored);
  const band = bandAt(nowMs);
  return {
    version: stored.version,
    pushedAt: new Date(stored.pushedMs).toISOString(),
    ...(stored.note !== undefined && { note: stored.note }),
    mode,
    band: band.name,
    thresholdPerSec: band.threshold_per_s,
  };
}

/**
 * Warns of rules whose cluster is not in the index. They are no errors: the cluster may come with a later
 * cycle, and until then the rule's visitors get the generic page.
 */
function warningsOf(database: Database, routing: Routing): string[] {
  const known = new Set([
    "individual",
    "generic",
    GENERIC_CLUSTER,
    ...allClusters(database).map(({ id }) => id),
  ]);
  return routing.rules.flatMap(({ then }, at) =>
    known.has(then)
      ? []
      : [`rules[${at}].then: no cluster "${then}" in the current index: the generic page is served`],
  );
}
