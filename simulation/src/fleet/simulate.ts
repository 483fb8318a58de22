/**
 * The fleet simulator: discrete events in virtual time, from one seed, with the admission classes of edge and
 * origin. Arrivals are Poisson. Each goes to a location, to one of its isolates, and from there to the origin
 * or to a stored page.
 */
import { generateArrivals } from "./arrivals.ts";
import { createDraws, zipfPicker, type Draws } from "./draws.ts";
import { FleetRun, type Recorder, type Run } from "./fleet-run.ts";
import type { FleetOptions } from "./options.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Runs a scenario to its end. `arrivalDraws` gives times and places of the arrivals. Callers pass a stream of
 * their own when several strategies must see the same arrivals; by default the run's one stream is used.
 */
export function simulate(
  options: FleetOptions,
  scenario: Scenario,
  onProgress: (atS: number, arrivals: number) => void = () => {},
  arrivalDraws?: Draws,
  recorder?: Recorder,
): Run {
  const draws = createDraws(options.seed);
  const run = new FleetRun(options, scenario, draws, recorder);
  const arriving = arrivalDraws ?? draws;
  const pickLocation = zipfPicker(options.locations, options.zipf, arriving.uniform);
  generateArrivals(scenario, options.thresholdPerSec, arriving, {
    startSlot: (nowMs) => run.startSlot(nowMs),
    arrive: (atMs) => {
      run.runUntil(atMs);
      run.arrive(pickLocation(), atMs);
    },
    onProgress,
  });
  // Requests in progress come to their end.
  run.runUntil(Number.POSITIVE_INFINITY);
  return run.result();
}
