/** Holds the routing in force: applies it to the gate, and publishes it to KV for the edge. */
import type { ModeOverride } from "@spillway/shared/routing/mode-override.ts";
import { parsePublishedRollout, type PublishedRollout } from "@spillway/shared/routing/rollout/rollout.ts";
import type { PublishedRouting } from "@spillway/shared/routing/routing.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import type { DocumentPublisher } from "../kv/document-publisher.ts";
import type { RoutingGate } from "../serving/gate/routing-gate.ts";

export type RoutingInForce = {
  /** The gate uses it at once, also when the write to KV fails. */
  readonly apply: (pushed: PublishedRouting) => ReturnType<DocumentPublisher["publish"]>;
  /** Forces a mode until its time is over, whichever routing is in force then. Undefined ends it. */
  readonly force: (override: ModeOverride | undefined) => ReturnType<DocumentPublisher["publish"]>;
  /** Writes the routing in force to KV, unless KV has it already. */
  readonly publish: () => ReturnType<DocumentPublisher["publish"]>;
  /** The rollout in the document that KV holds, if there is one. It rejects while KV is away. */
  readonly heldRollout: () => Promise<PublishedRollout | undefined>;
};

export function createRoutingInForce(
  /** With the override that holds at the start. */
  first: PublishedRouting,
  gate: Pick<RoutingGate, "apply">,
  documents: Pick<DocumentPublisher, "publish" | "read">,
  /**
   * So that an isolate that has just started knows whom it signs for. Several origins overwrite each other.
   */
  instance: () => string,
  /** The candidate beside it, while a rollout is on. */
  rollout: () => PublishedRollout | undefined,
  /** When the catalogue's matches begin. */
  kickOffsNow: () => readonly number[] = () => [],
): RoutingInForce {
  let current = first;
  const publish = (): ReturnType<DocumentPublisher["publish"]> => {
    const kickOffs = kickOffsNow();
    if (kickOffs.join() !== (current.kickOffs ?? []).join()) {
      current = { ...current, kickOffs };
      gate.apply(current);
    }
    const { version, routing, override } = current;
    const document = {
      version,
      routing,
      instance: instance(),
      ...(override && { override: published(override) }),
      ...(kickOffs.length > 0 && { kickOffs }),
      rollout: rollout(),
    };
    return documents.publish(KV_KEY.routing, JSON.stringify(document));
  };
  const apply = (next: PublishedRouting): ReturnType<DocumentPublisher["publish"]> => {
    gate.apply(next);
    current = next;
    return publish();
  };
  return {
    publish,
    heldRollout: async () => {
      const text = await documents.read(KV_KEY.routing);
      if (text === undefined) return undefined;
      const { rollout: held } = JSON.parse(text) as { readonly rollout?: unknown };
      const parsed = parsePublishedRollout(held);
      return parsed.ok ? parsed.value : undefined;
    },
    apply: ({ version, routing }) => apply({ ...current, version, routing }),
    force: (override) =>
      apply({
        ...current,
        override: override && published(override),
      }),
  };
}

/** Not what the store keeps beside it: who has set it, and when. */
function published({ mode, untilMs, thresholdPerSec }: ModeOverride): ModeOverride {
  return { mode, untilMs, ...(thresholdPerSec !== undefined && { thresholdPerSec }) };
}
