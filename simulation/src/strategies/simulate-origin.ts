/** Simulates a system without admission at the edge: each request travels to the origin, which answers it. */
import { generateArrivals } from "../fleet/arrivals.ts";
import { createDraws, zipfPicker, type Draws } from "../fleet/draws.ts";
import { EventHeap } from "../fleet/event-heap.ts";
import { Location } from "../fleet/location.ts";
import type { FleetOptions } from "../fleet/options.ts";
import type { Scenario } from "../fleet/scenario.ts";
import { EDGE_MS } from "../fleet/fleet-run.ts";
import { Tally, type Rung } from "../fleet/tally.ts";

export type OriginAnswer = {
  readonly rung: Rung;
  readonly readyMs: number;
  /** Called at `readyMs`. */
  readonly onReady?: () => void;
};

export type SimulatedOrigin = {
  readonly startSlot?: (nowMs: number) => void;
  readonly answer: (nowMs: number) => OriginAnswer;
};

export type OriginRunOptions = {
  readonly fleet: FleetOptions;
  readonly scenario: Scenario;
  readonly patienceS: number;
  readonly arrivalDraws: Draws;
  readonly onProgress: (atS: number) => void;
};

type Event =
  | { readonly kind: "at-origin"; readonly location: Location; readonly arrivedMs: number }
  | { readonly kind: "ready"; readonly onReady: () => void };

export type OriginRun = {
  readonly tally: Tally;
  /** Requests that failed because the visitor had left, not because the origin refused. */
  readonly late: number;
};

/** No client tries again here. Real clients do, and make an overload worse. */
export function simulateOrigin(
  { fleet, scenario, patienceS, arrivalDraws, onProgress }: OriginRunOptions,
  createOrigin: (draws: Draws) => SimulatedOrigin,
): OriginRun {
  // The locations are drawn first, as in the fleet with isolates, so that all strategies have the same
  // distances.
  const draws = createDraws(fleet.seed);
  const locations = Array.from({ length: fleet.locations }, () => new Location(fleet, draws, () => 0));
  const origin = createOrigin(draws);
  const pickLocation = zipfPicker(fleet.locations, fleet.zipf, arrivalDraws.uniform);
  const tally = new Tally(scenario.durationS);
  const heap = new EventHeap<Event>();
  const patienceMs = patienceS * 1000;
  let late = 0;

  const handle = (event: Event, nowMs: number): void => {
    if (event.kind === "ready") {
      event.onReady();
      return;
    }
    const { location, arrivedMs } = event;
    const { rung, readyMs, onReady } = origin.answer(nowMs);
    if (onReady !== undefined) heap.push(readyMs, { kind: "ready", onReady });
    const latencyMs = readyMs + location.trip() + EDGE_MS - arrivedMs;
    if (latencyMs <= patienceMs) tally.serve(rung, arrivedMs, latencyMs);
    else {
      late += 1;
      tally.serve("failed", arrivedMs, patienceMs);
    }
  };
  const runUntil = (untilMs: number): void => {
    while (heap.nextMs <= untilMs && heap.nextMs < Number.POSITIVE_INFINITY) {
      const nowMs = heap.nextMs;
      handle(heap.pop(), nowMs);
    }
  };

  generateArrivals(scenario, fleet.thresholdPerSec, arrivalDraws, {
    startSlot: (fromMs) => origin.startSlot?.(fromMs),
    arrive: (atMs) => {
      runUntil(atMs);
      const location = locations[pickLocation()] as Location;
      tally.arrive(atMs);
      heap.push(atMs + location.trip(), { kind: "at-origin", location, arrivedMs: atMs });
    },
    onProgress,
  });
  runUntil(Number.POSITIVE_INFINITY);
  return { tally, late };
}
