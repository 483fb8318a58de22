/**
 * Combines the gate with the operator's routing: it applies the threshold of the current band, divided by the
 * number of instances, and lowered when the event loop runs late.
 */
import { ASSUMED_ANSWER_MS, type OriginCapacity } from "@spillway/shared/admission/capacity.ts";
import type { DemandReport } from "@spillway/shared/admission/credit.ts";
import { OriginAdmission, type OriginDecision } from "@spillway/shared/admission/origin-admission.ts";
import { OverloadTrim } from "@spillway/shared/admission/overload-trim.ts";
import type { Mode } from "@spillway/shared/routing/mode-override.ts";
import {
  compileRouting,
  type CompiledRouting,
  type PublishedRouting,
} from "@spillway/shared/routing/routing.ts";
import { HoldTime } from "./hold-time.ts";

export type RoutingGate = {
  /** Takes effect with the next request. The bucket keeps its tokens, so that a change allows no burst. */
  readonly apply: (published: PublishedRouting) => void;
  /** After an admission, one `release` must follow. `report` is from the edge isolate that asks. */
  readonly request: (report?: DemandReport) => OriginDecision;
  readonly release: () => void;
  /** Call it ten times a second with the longest delay of the event loop. */
  readonly observeDelay: (delayMs: number) => void;
  readonly routing: () => CompiledRouting;
  readonly figures: () => GateFigures;
  /** What it can hold, by the time that its answers take. */
  readonly capacity: () => OriginCapacity;
  /** True while demand is over the threshold, as of the newest request. */
  readonly isOver: () => boolean;
  readonly mode: () => Mode;
};

export type GateFigures = {
  /** The threshold of this instance now; undefined when there is none. */
  readonly thresholdPerSec: number | undefined;
  /** The share of the threshold that the event loop can bear. */
  readonly bearableShare: number;
  readonly admittedPeakPerSec: number;
  readonly demandPerSec: number;
  readonly offeredPerSec: number;
  readonly creditedPerSec: number;
  readonly isolates: number;
  /** 1 while an armed window holds, else 0. */
  readonly armed: number;
  /** Pages that isolates served in armed windows although demand was under the threshold, since the start. */
  readonly armedNeedless: number;
};

export type RoutingGateOptions = {
  readonly maxInFlight: number;
  /** How many origins share the threshold. With m of them, each has T/m. */
  readonly instances: number;
  /** The real clock, which decides the band. */
  readonly wallMs: () => number;
  /** The clock that fills the bucket. It never goes backwards. */
  readonly monotonicMs: () => number;
  /** Returns uniform random numbers in [0, 1). */
  readonly draw: () => number;
};

export function createRoutingGate(published: PublishedRouting, options: RoutingGateOptions): RoutingGate {
  const { wallMs, monotonicMs, instances, maxInFlight, draw } = options;
  const trim = new OverloadTrim();
  const holdTime = new HoldTime();
  let routing = compileRouting(published);
  const thresholdPerSec = (): number | undefined => {
    switch (routing.modeAt(wallMs())) {
      case "auto":
        return (routing.thresholdAt(wallMs()) / instances) * trim.share;
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
      const decision = admission.request(report, nowMs, routing.armedFrom(wallMs()));
      if (decision.gate.admitted) holdTime.enter(nowMs);
      return decision;
    },
    release: () => {
      holdTime.leave(monotonicMs());
      admission.gate.release();
    },
    capacity: () => ({ instances, maxInFlight, answerMs: holdTime.meanMs ?? ASSUMED_ANSWER_MS }),
    observeDelay: (delayMs) => trim.observe(delayMs),
    routing: () => routing,
    isOver: () => admission.demand.over,
    mode: () => routing.modeAt(wallMs()),
    figures: () => ({
      thresholdPerSec: thresholdPerSec(),
      bearableShare: trim.share,
      admittedPeakPerSec: admission.gate.peakPerSec,
      demandPerSec: admission.demand.demandPerSec,
      offeredPerSec: admission.demand.offeredPerSec,
      creditedPerSec: admission.ledger.creditedPerSec,
      isolates: admission.ledger.size,
      armed: routing.armedFrom(wallMs()) === undefined ? 0 : 1,
      armedNeedless: admission.armed.needlessTotal,
    }),
  };
}
