/**
 * How an id came: what spoke for it, from which network, when first and when last. It decides what the id
 * weighs in training (profiles/weight.ts).
 */
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";

/** All is null for an import, and for profiles from before arrivals were stored. */
export type Arrival = {
  /** The best proof of any event; null for a user with a token, or whom a gateway vouches for. */
  readonly proof: NonNullable<StoredEvent["proof"]> | null;
  /** The network of the first event, as a keyed hash; null where `proof` is. */
  readonly network: string | null;
  /** When the first event and the newest one arrived, by the origin's clock, which no client can set. */
  readonly arrivedMs: number | null;
  readonly seenMs: number | null;
};

export const NO_ARRIVAL: Arrival = { proof: null, network: null, arrivedMs: null, seenMs: null };

export type ArrivingEvent = Pick<StoredEvent, "proof" | "network"> & { readonly receivedMs: number };

const STRENGTH = { none: 0, cookie: 1, trusted: 2 };

/** `known` is undefined for an id without a profile. */
export function arrivalAfter(known: Arrival | undefined, events: readonly ArrivingEvent[]): Arrival {
  const first = events[0];
  if (first === undefined) return known ?? NO_ARRIVAL;
  if (known !== undefined && known.arrivedMs === null) return known;
  const proof = events.reduce(
    (best, event) => (strengthOf(event.proof) > strengthOf(best) ? event.proof : best),
    known === undefined ? first.proof : (known.proof ?? undefined),
  );
  const times = events.map(({ receivedMs }) => receivedMs);
  return {
    proof: proof ?? null,
    network: proof === undefined ? null : (known?.network ?? first.network ?? null),
    arrivedMs: Math.min(...times, known?.arrivedMs ?? Infinity),
    seenMs: Math.max(...times, known?.seenMs ?? 0),
  };
}

function strengthOf(proof: StoredEvent["proof"]): number {
  return STRENGTH[proof ?? "trusted"];
}
