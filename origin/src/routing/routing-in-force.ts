/** Holds the routing in force: applies it to the gate, and publishes it to KV for the edge. */
import type { PublishedRouting } from "@spillway/shared/routing/routing.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import type { DocumentPublisher } from "../kv/document-publisher.ts";
import type { RoutingGate } from "../serving/gate/routing-gate.ts";

export type RoutingInForce = {
  /** The gate uses it at once, also when the write to KV fails. */
  readonly apply: (pushed: PublishedRouting) => ReturnType<DocumentPublisher["publish"]>;
  /** Writes the routing in force to KV, unless KV has it already. */
  readonly publish: () => ReturnType<DocumentPublisher["publish"]>;
};

export function createRoutingInForce(
  first: PublishedRouting,
  gate: Pick<RoutingGate, "apply">,
  documents: Pick<DocumentPublisher, "publish">,
  /**
   * So that an isolate that has just started knows whom it signs for. Several origins overwrite each other.
   */
  instance: () => string,
): RoutingInForce {
  let current = first;
  const publish = (): ReturnType<DocumentPublisher["publish"]> => {
    const { version, routing } = current;
    return documents.publish(KV_KEY.routing, JSON.stringify({ version, routing, instance: instance() }));
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
