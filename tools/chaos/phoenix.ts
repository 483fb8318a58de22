/** Processes that are killed and started again at the same address. */
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { until } from "@spillway/kit/processes/until.ts";
import type { Process } from "./process.ts";

export type Phoenix = {
  readonly pid: () => number;
  /** `kill -9`; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Resolves when it answers; throws with what it said when it does not. */
  readonly start: () => Promise<void>;
};

const PLACES = ["origin", "edge", "broker", "kv", "proxy", "deliver"] as const;
export type Place = (typeof PLACES)[number];

export type Addresses = {
  readonly portOf: (place: Place) => number;
  readonly urlOf: (place: Place) => string;
};

const UP_WITHIN_MS = 30_000;

/** Ports of loopback, the same for the whole run: each process must know where the others will be. */
export async function drawAddresses(): Promise<Addresses> {
  const ports = new Map<Place, number>();
  for (const place of PLACES) ports.set(place, await freePort());
  const portOf = (place: Place): number => ports.get(place) ?? 0;
  return { portOf, urlOf: (place) => `http://127.0.0.1:${portOf(place)}` };
}

export function createPhoenix(
  place: Place,
  { urlOf }: Addresses,
  signal: AbortSignal,
  spawn: () => Process,
): Phoenix {
  let current: Process | undefined;
  const answers = async (): Promise<boolean> =>
    (await fetch(`${urlOf(place)}/health`, { signal })).status < 500;
  return {
    pid: () => current?.pid ?? 0,
    kill: async () => current?.kill(),
    start: async () => {
      const started = spawn();
      current = started;
      try {
        await until(`the ${place} answers`, answers, { withinMs: UP_WITHIN_MS, signal });
      } catch (error) {
        throw new Error(`${String(error)}\n${started.said()}`, { cause: error });
      }
    },
  };
}
