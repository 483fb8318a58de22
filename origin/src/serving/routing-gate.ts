/** The gate with the operator's bands: the threshold that holds now, for this instance. */
import { Gate, type GateDecision } from "@spillway/shared/admission.ts";
import { compileRouting, type CompiledRouting, type PublishedRouting } from "@spillway/shared/routing.ts";

export type RoutingGate = {
  /** Takes effect with the next request; tokens in hand are kept, so a change gives nobody a burst. */
  readonly apply: (published: PublishedRouting) => void;
  /** Every admission must be followed by one `release`. */
  readonly tryEnter: () => GateDecision;
  readonly release: () => void;
  readonly routing: () => CompiledRouting;
};

export type RoutingGateOptions = {
  readonly maxInFlight: number;
  /** Origins that share the threshold, T/m each. */
  readonly instances: number;
  /** Decides the band. */
  readonly wallMs: () => number;
  /** Fills the bucket: read at the very moment of the decision, and never set back. */
  readonly monotonicMs: () => number;
};

export function createRoutingGate(published: PublishedRouting, options: RoutingGateOptions): RoutingGate {
  const { wallMs, monotonicMs, instances, maxInFlight } = options;
  let routing = compileRouting(published);
  const thresholdPerSec = (): number | undefined => {
    switch (routing.mode) {
      case "auto":
        return routing.bandAt(wallMs()).threshold_per_s / instances;
      case "force-cluster":
        return 0;
      case "force-individual":
        return undefined;
    }
  };
  const limits = () => ({ thresholdPerSec: thresholdPerSec(), maxInFlight });
  const gate = new Gate(limits(), monotonicMs());
  return {
    apply: (next) => {
      routing = compileRouting(next);
      gate.setLimits(limits(), monotonicMs());
    },
    tryEnter: () => {
      const nowMs = monotonicMs();
      gate.setLimits(limits(), nowMs);
      return gate.tryEnter(nowMs);
    },
    release: () => gate.release(),
    routing: () => routing,
  };
}
