/**
 * Answers dry runs of a routing file: `POST /routing/try`, and what one elsewhere needs, `GET
 * /routing/basis`.
 */
import { Hono } from "hono";
import { parseTimeMs } from "@spillway/shared/protocol/time.ts";
import type { Database } from "@spillway/store/database.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { clusterIndex } from "@spillway/store/state.ts";
import type { DryRunner } from "../dry-run/dry-run-process.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse, refuseFor } from "./reply.ts";
import { readFile } from "./routing.ts";

export type DryRunDeps = {
  readonly database: Database;
  readonly operatorStore: Pick<OperatorStore, "routing">;
  readonly dryRunner: Pick<DryRunner, "run">;
};

/** A dry run takes a few seconds. */
const RETRY_AFTER_S = "5";

/** Neither changes anything, so that a viewer's token is enough. */
export function dryRunRoutes({ database, operatorStore, dryRunner }: DryRunDeps): Hono {
  return new Hono()
    .get("/routing/basis", requireRole("viewer"), async (c) => {
      const current = await operatorStore.routing.current();
      const index = clusterIndex(database)?.index;
      return c.json({
        ...(current !== undefined && { version: current.version, routing: current.value.routing }),
        ...(index !== undefined && { index }),
      });
    })
    .post("/routing/try", requireRole("viewer"), async (c) => {
      const at = c.req.query("at");
      const atMs = at === undefined ? undefined : parseTimeMs(at);
      if (at !== undefined && atMs === undefined)
        return refuseFor(c, {
          status: 400,
          key: "at",
          reason: "must be an instant such as 2026-07-10T20:00Z",
        });
      const file = await readFile(c, database);
      if (file.kind === "refused") return file.response;
      const answer = await dryRunner.run({ routing: file.routing, atMs });
      if (answer.kind === "done") return c.json(answer.result);
      c.header("Retry-After", RETRY_AFTER_S);
      const why =
        answer.kind === "failed" ? `the dry run failed: ${answer.reason}` : "another dry run is on its way";
      return refuse(c, 503, `${why}; try again`);
    });
}
