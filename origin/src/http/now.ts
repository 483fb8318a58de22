/** Answers `GET /now`: what happens now, prepared once a second for everybody who looks. */
import { Hono } from "hono";
import type { Now } from "../monitoring/now/now.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse } from "./reply.ts";

export type NowRoutesDeps = {
  readonly now: Pick<Now, "bytes">;
  readonly nowMs: () => number;
};

export function nowRoutes({ now, nowMs }: NowRoutesDeps): Hono {
  return new Hono().get("/now", requireRole("viewer"), async (c) => {
    const since = c.req.query("since");
    if (since !== undefined && !/^\d{1,15}$/.test(since)) {
      return refuse(c, 400, "the parameters are not valid", [
        { key: "since", reason: "must be the atMs of an earlier answer" },
      ]);
    }
    // Whoever asks again right after this finds the next second.
    c.header("Server-Timing", `next;dur=${1000 - (nowMs() % 1000)}`);
    c.header("Cache-Control", "no-store");
    c.header("Content-Type", "application/json; charset=utf-8");
    return c.body(await now.bytes(since === undefined ? undefined : Number(since)));
  });
}
