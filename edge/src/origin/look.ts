/**
 * Looks whether the origin is back. Whoever listens on its port may answer; only the origin can prove that it
 * does.
 */
import type { OriginCall } from "./origin-call.ts";

const DEADLINE_MS = 1000;

export async function lookForOrigin(call: OriginCall, nowMs: number): Promise<boolean> {
  const reply = await call({
    method: "GET",
    path: "/health",
    headers: {},
    deadlineMs: DEADLINE_MS,
    nowMs,
  });
  return reply.kind === "reply" && reply.status === 200;
}
