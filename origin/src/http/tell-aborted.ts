/** Tells our edge in every reply that a rollout was aborted: KV may say so a minute later. */
import type { MiddlewareHandler } from "hono";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import { formatAborted } from "@spillway/shared/routing/rollout/aborted.ts";
import type { Rollouts } from "../rollout/rollouts.ts";

/** To be mounted behind what reads the edge's signature, and so before it signs the reply. */
export function tellAborted(rollouts: Pick<Rollouts, "abortedId">): MiddlewareHandler {
  return async (c, next) => {
    await next();
    if (c.get("signedByEdge") === undefined) return;
    const aborted = abortedField(rollouts);
    if (aborted !== undefined) c.res.headers.set(HEADER.rollout, aborted);
  };
}

/** The value of the header that tells of it. */
export function abortedField(rollouts: Pick<Rollouts, "abortedId">): string | undefined {
  const id = rollouts.abortedId();
  return id === undefined ? undefined : formatAborted(id);
}
