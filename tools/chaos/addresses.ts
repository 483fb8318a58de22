/**
 * Where each process of a run is found: the same port of loopback for the whole run, however often it is
 * started.
 */
import type { ChildProcess } from "@spillway/kit/processes/child-process.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import {
  createRestartableProcess,
  type RestartableProcess,
} from "@spillway/kit/processes/restartable-process.ts";
import { isServing } from "@spillway/kit/processes/until-ready.ts";

const PLACES = ["origin", "edge", "broker", "kv", "proxy", "deliver"] as const;
export type Place = (typeof PLACES)[number];

export type Addresses = {
  readonly portOf: (place: Place) => number;
  readonly urlOf: (place: Place) => string;
};

const READY_WITHIN_MS = 30_000;

/** Each process must know where the others will be, before any of them runs. */
export async function drawAddresses(): Promise<Addresses> {
  const ports = new Map<Place, number>();
  for (const place of PLACES) ports.set(place, await freePort());
  const portOf = (place: Place): number => ports.get(place) ?? 0;
  return { portOf, urlOf: (place) => `http://127.0.0.1:${portOf(place)}` };
}

/** Ready when its `/health` is answered. */
export function restartableAt(
  place: Place,
  { urlOf }: Addresses,
  signal: AbortSignal,
  start: () => ChildProcess,
): RestartableProcess {
  return createRestartableProcess({
    name: `the ${place}`,
    start,
    isReady: () => isServing(`${urlOf(place)}/health`, signal),
    patience: { withinMs: READY_WITHIN_MS, signal },
  });
}
