/** Answers `/routing/versions` and `/routing/file`: what was pushed before, and the text of each file. */
import { Hono } from "hono";
import type {
  DocumentVersion,
  OperatorStore,
  RoutingFile,
} from "@spillway/store/operators/operator-store.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse } from "./reply.ts";

const MAX_LISTED = 50;

export type RoutingVersionsDeps = { readonly operatorStore: Pick<OperatorStore, "routing"> };

export function routingVersionsRoutes({ operatorStore }: RoutingVersionsDeps): Hono {
  const { routing } = operatorStore;
  return new Hono()
    .get("/routing/versions", requireRole("viewer"), async (c) => {
      const versions = await routing.list(MAX_LISTED);
      return c.json({ versions: versions.map(describe) });
    })
    .get("/routing/file", requireRole("viewer"), async (c) => {
      const number = c.req.query("version") ?? "";
      const version = /^[1-9]\d{0,8}$/.test(number) ? await routing.byVersion(Number(number)) : undefined;
      if (version === undefined) return refuse(c, 404, `there is no version ${number}`);
      return c.json({ ...describe(version), source: version.value.source });
    });
}

function describe({ version, writtenMs, note, by }: DocumentVersion<RoutingFile>) {
  return {
    version,
    pushedAt: new Date(writtenMs).toISOString(),
    ...(note !== undefined && { note }),
    ...(by !== undefined && { by }),
  };
}
