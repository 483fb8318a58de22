/**
 * Admission with the operator's bands: the threshold that holds now, for this instance, as far as the machine
 * can bear it.
 */
import type { DemandReport } from "@spillway/shared/admission/credit.ts";
import { OriginAdmission, type OriginDecision } from "@spillway/shared/admission/origin-admission.ts";
import { OverloadTrim } from "@spillway/shared/admission/overload-trim.ts";
import {
  compileRouting,
  type CompiledRouting,
  type PublishedRouting,
} from "@spillway/shared/routing/routing.ts";

export type RoutingGate = {
  /** Takes effect with the next request; tokens in hand are kept, so a change gives nobody a burst. */
  readonly apply: (published: PublishedRouting) => void;
  /** Where the gate admits, one `release` must follow. `report`: of the edge isolate that asks. */
  readonly request: (report?: DemandReport) => OriginDecision;
  readonly release: () => void;
  /** Ten times a second: the longest that the event loop was late. */
  readonly observeDelay: (delayMs: number) => void;
  readonly routing: () => CompiledRouting;
  readonly figures: () => GateFigures;
};

export type GateFigures = {
  /** Of this instance, now; undefined without a threshold. */
  readonly thresholdPerSec: number | undefined;
  /** Share of it that the machine can bear. */
  readonly bearableShare: number;
  readonly admittedPeakPerSec: number;
  readonly demandPerSec: number;
  readonly offeredPerSec: number;
  readonly creditedPerSec: number;
  readonly isolates: number;
};

export type RoutingGateOptions = {
  readonly maxInFlight: number;
  /** Origins that share the threshold, T/m each. */
  readonly instances: number;
  /** Decides the band. */
  readonly wallMs: () => number;
  /** Fills the bucket: read at the very moment of the decision, and never set back. */
  readonly monotonicMs: () => number;
  /** Uniform in [0, 1). */
  readonly draw: () => number;
};

export function createRoutingGate(published: PublishedRouting, options: RoutingGateOptions): RoutingGate {
  const { wallMs, monotonicMs, instances, maxInFlight, draw } = options;
  const trim = new OverloadTrim();
  let routing = compileRouting(published);
  const thresholdPerSec = (): number | undefined => {
    switch (routing.mode) {
      case "auto":
        return (routing.bandAt(wallMs()).threshold_per_s / instances) * trim.share;
      case "force-cluster":
        return 0;
      case "force-individual":
        return undefined;
    }
  };
  const limits = () => ({ thresholdPerSec: thresholdPerSec(), maxInFlight });
  const admission = new OriginAdmission({ limits: limits(), instances, draw }, monotonicMs());
  return {
    apply: (next) => {
      routing = compileRouting(next);
      admission.gate.setLimits(limits(), monotonicMs());
    },
    request: (report) => {
      const nowMs = monotonicMs();
      admission.gate.setLimits(limits(), nowMs);
      return admission.request(report, nowMs);
    },
    release: () => admission.gate.release(),
    observeDelay: (delayMs) => trim.observe(delayMs),
    routing: () => routing,
    figures: () => ({
      thresholdPerSec: thresholdPerSec(),
      bearableShare: trim.share,
      admittedPeakPerSec: admission.gate.peakPerSec,
      demandPerSec: admission.demand.demandPerSec,
      offeredPerSec: admission.demand.offeredPerSec,
      creditedPerSec: admission.ledger.creditedPerSec,
      isolates: admission.ledger.size,
    }),
  };
}
