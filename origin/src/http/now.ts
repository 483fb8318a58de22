/**
 * Answers `GET /now`: what happens now, prepared once a second for everybody who looks, or what happened until
 * an instant.
 */
import { Hono, type Context } from "hono";
import { parseTimeMs } from "@spillway/shared/protocol/time.ts";
import type { Now } from "../monitoring/now/now.ts";
import type { ReadPast } from "../monitoring/now/history/past.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse, refuseFor } from "./reply.ts";

export type NowRoutesDeps = {
  readonly now: Pick<Now, "bytes">;
  readonly past: ReadPast;
  readonly nowMs: () => number;
};

export function nowRoutes({ now, past, nowMs }: NowRoutesDeps): Hono {
  return new Hono().get("/now", requireRole("viewer"), async (c) => {
    const until = c.req.query("until");
    if (until !== undefined) return answerPast(c, until, { past, nowMs });
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

async function answerPast(
  c: Context,
  until: string,
  { past, nowMs }: Pick<NowRoutesDeps, "past" | "nowMs">,
): Promise<Response> {
  const wrong = (reason: string): Response => refuseFor(c, { status: 400, key: "until", reason });
  if (c.req.query("since") !== undefined)
    return wrong("does not go with `since`, which continues the present");
  const untilMs = parseTimeMs(until);
  if (untilMs === undefined) return wrong("must be an instant such as 2026-07-10T20:15:00Z");
  if (untilMs > nowMs()) return wrong(`lies ahead: it is ${new Date(nowMs()).toISOString()} now`);
  const known = await past(untilMs);
  if (known.kind === "unknown") return refuse(c, 404, known.reason);
  c.header("Cache-Control", "no-store");
  return c.json(known.state);
}
