/** The operator's rules that hold now: the gate obeys them, and KV has them for the edge. */
import type { PublishedRouting } from "@spillway/shared/routing/routing.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import type { DocumentPublisher } from "./kv/document-publisher.ts";
import type { RoutingGate } from "./serving/gate/routing-gate.ts";

export type RoutingInForce = {
  /** The gate obeys at once, whether KV takes the rules or not. */
  readonly apply: (pushed: PublishedRouting) => ReturnType<DocumentPublisher["publish"]>;
  /** Writes to KV what holds, if KV does not have it yet. */
  readonly publish: () => ReturnType<DocumentPublisher["publish"]>;
};

export function createRoutingInForce(
  first: PublishedRouting,
  gate: Pick<RoutingGate, "apply">,
  documents: Pick<DocumentPublisher, "publish">,
): RoutingInForce {
  let current = first;
  const publish = (): ReturnType<DocumentPublisher["publish"]> => {
    const { version, routing } = current;
    return documents.publish(KV_KEY.routing, JSON.stringify({ version, routing }));
  };
  return {
    publish,
    apply: (pushed) => {
      gate.apply(pushed);
      current = pushed;
      return publish();
    },
  };
}
