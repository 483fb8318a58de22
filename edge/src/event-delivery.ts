/** Hands events to the origin, which answers 202 once they are stored. */
import type { OriginCall } from "./origin-call.ts";

export type Delivery =
  | { readonly kind: "stored" }
  /** The origin says that this body is not valid, and will say so again. */
  | { readonly kind: "invalid"; readonly detail: string }
  /** Nobody there, or overloaded: later, the same body may be taken. A silence, counted where it was heard, has no detail. */
  | { readonly kind: "unavailable"; readonly detail: string | undefined };

export type Deliver = (events: readonly unknown[], deadlineMs: number) => Promise<Delivery>;

const INVALID_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);

export function createDelivery(call: OriginCall, clock: () => number): Deliver {
  return async (events, deadlineMs) => {
    const reply = await call({
      purpose: "events",
      method: "POST",
      path: "/events",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ events }),
      deadlineMs,
      nowMs: clock(),
    });
    if (reply.kind === "none") return { kind: "unavailable", detail: undefined };
    if (reply.status === 202) return { kind: "stored" };
    const detail = `${reply.status} ${new TextDecoder().decode(reply.body).slice(0, 300)}`;
    return { kind: INVALID_STATUSES.has(reply.status) ? "invalid" : "unavailable", detail };
  };
}
