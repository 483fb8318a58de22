/** The gate with the operator's bands: the threshold that holds now, for this instance. */
import { Gate, type GateDecision } from "@spillway/shared/admission.ts";
import { compileRouting, type CompiledRouting, type PublishedRouting } from "@spillway/shared/routing.ts";

export type RoutingGate = {
  /** Takes effect with the next request; tokens in hand are kept, so a change gives nobody a burst. */
  readonly apply: (published: PublishedRouting, nowMs: number) => void;
  /** Every admission must be followed by one `release`. */
  readonly tryEnter: (nowMs: number) => GateDecision;
  readonly release: () => void;
  readonly inFlight: () => number;
  readonly routing: () => CompiledRouting;
};

/** `instances`: origins that share the threshold, T/m each. */
export function createRoutingGate(
  published: PublishedRouting,
  options: { readonly maxInFlight: number; readonly instances: number },
  nowMs: number,
): RoutingGate {
  let routing = compileRouting(published);
  const limitsAt = (atMs: number) => ({
    thresholdPerSec:
      routing.mode === "force-individual"
        ? undefined
        : routing.bandAt(atMs).threshold_per_s / options.instances,
    maxInFlight: options.maxInFlight,
  });
  const gate = new Gate(limitsAt(nowMs), nowMs);
  return {
    apply: (next, atMs) => {
      routing = compileRouting(next);
      gate.setLimits(limitsAt(atMs), atMs);
    },
    tryEnter: (atMs) => {
      gate.setLimits(limitsAt(atMs), atMs);
      return gate.tryEnter(atMs);
    },
    release: () => gate.release(),
    inFlight: () => gate.inFlight,
    routing: () => routing,
  };
}
