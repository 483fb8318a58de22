/** Rate limit + generic page: the shipped gate at the threshold of the ready instances; over it one page for everybody. */
import type { Draws } from "../fleet/draws.ts";
import type { FleetOptions } from "../fleet/options.ts";
import { OriginFleet } from "../fleet/origin-fleet.ts";
import type { PlayedOrigin } from "./play-origin.ts";

/** `growthAt`: ready instances, of those at the start; each brings its share of T. */
export function rateLimitedOrigin(
  fleet: FleetOptions,
  growthAt: (atS: number) => number,
  draws: Draws,
): PlayedOrigin {
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
