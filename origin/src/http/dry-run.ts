/** Answers what a dry run of a routing file needs: `GET /routing/basis`. */
import { Hono } from "hono";
import type { Database } from "@spillway/store/database.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { clusterIndex } from "@spillway/store/state.ts";
import { requireRole } from "./operators/require-role.ts";

export type DryRunDeps = {
  readonly database: Database;
  readonly operatorStore: Pick<OperatorStore, "routing">;
};

export function dryRunRoutes({ database, operatorStore }: DryRunDeps): Hono {
  return new Hono().get("/routing/basis", requireRole("viewer"), async (c) => {
    const current = await operatorStore.routing.current();
    const index = clusterIndex(database)?.index;
    return c.json({
      ...(current !== undefined && { version: current.version, routing: current.value.routing }),
      ...(index !== undefined && { index }),
    });
  });
}
