/** Hands what the queues carried to the origin, which answers 202 once it is stored. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { OriginCall } from "../origin/origin-call.ts";

export type Delivery =
  | { readonly kind: "stored" }
  /** The origin says that this body is not valid, and will say so again. */
  | { readonly kind: "invalid"; readonly detail: string }
  /** Nobody there, or overloaded: later, the same body may be taken. A silence, counted where it was heard, has no detail. */
  | { readonly kind: "unavailable"; readonly detail: string | undefined };

export type Deliver = (list: readonly unknown[], deadlineMs: number) => Promise<Delivery>;

const INVALID_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);
const PATHS = { events: "/events", letters: "/dead-letters", reports: "/serving-log" } as const;

/** `what` names both the origin's route and the list in its body. */
export function createDelivery(call: OriginCall, clock: () => number, what: keyof typeof PATHS): Deliver {
  return async (list, deadlineMs) => {
    let body: string;
    try {
      body = JSON.stringify({ [what]: list });
    } catch (error) {
      // Not written by us: a queue's message may hold what JSON can't say, a BigInt or a circle.
      return { kind: "invalid", detail: reasonOf(error) };
    }
    const reply = await call({
      purpose: "events",
      method: "POST",
      path: PATHS[what],
      headers: { "content-type": "application/json" },
      body,
      deadlineMs,
      nowMs: clock(),
    });
    if (reply.kind === "none") return { kind: "unavailable", detail: undefined };
    if (reply.status === 202) return { kind: "stored" };
    const detail = `${reply.status} ${new TextDecoder().decode(reply.body).slice(0, 300)}`;
    return { kind: INVALID_STATUSES.has(reply.status) ? "invalid" : "unavailable", detail };
  };
}
