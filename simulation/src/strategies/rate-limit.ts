/**
 * Rate limit + generic page: the real gate at the threshold of the ready instances, and one page for
 * everybody beyond it.
 */
import type { Draws } from "../fleet/draws.ts";
import type { FleetOptions } from "../fleet/options.ts";
import { OriginFleet } from "../fleet/origin-fleet.ts";
import type { SimulatedOrigin } from "./simulate-origin.ts";

/** `growthAt` returns the ready instances as a multiple of those at the start. Each adds its share of T. */
export function rateLimitedOrigin(
  fleet: FleetOptions,
  growthAt: (atS: number) => number,
  draws: Draws,
): SimulatedOrigin {
  const origin = new OriginFleet(fleet, draws, fleet.thresholdPerSec);
  return {
    startSlot: (nowMs) => {
      const growth = growthAt(nowMs / 1000);
      origin.scale(growth);
      origin.setThreshold(fleet.thresholdPerSec * growth, nowMs);
    },
    answer: (nowMs) => {
      const { gate, readyMs, instance } = origin.request(undefined, nowMs);
      if (!gate.admitted) return { rung: "generic", readyMs };
      return { rung: "individual", readyMs, onReady: () => instance.admission.gate.release() };
    },
  };
}
