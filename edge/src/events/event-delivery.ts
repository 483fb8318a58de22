/** Sends to the origin what the queues carried. The origin answers 202 once it has stored it. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { OriginCall } from "../origin/origin-call.ts";

export type Delivery =
  | { readonly kind: "stored" }
  /** The origin says that the body is not valid; it would say so again. */
  | { readonly kind: "invalid"; readonly detail: string }
  /** The origin is gone or overloaded, and may take the body later. Without an answer there is no detail. */
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
      // Another producer may have put a value into the queue that JSON cannot hold, such as a BigInt or a
      // circle.
      return { kind: "invalid", detail: reasonOf(error) };
    }
    const reply = await call({
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
