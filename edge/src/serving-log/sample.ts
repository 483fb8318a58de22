/**
 * A sample of what this isolate's requests were decided by, in at most 32 KB: what is kept, what waits in an
 * unsent report, and the counts of outcomes. A request costs a few writes into arrays, and only one that
 * enters is put into words.
 */
import { packTuple } from "@spillway/shared/sample/packed-tuple.ts";
import { WeightedReservoir, type Draw } from "@spillway/shared/sample/weighted-reservoir.ts";
import type { SampledTuple } from "@spillway/shared/protocol/serving-log.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { KnownBy, ServedAs, ServedReason } from "@spillway/shared/protocol/served.ts";
import type { PlacedVisit } from "../recommend/placed-visit.ts";
import { networkOf } from "../request/network.ts";
import { saysSomething } from "../viewer/viewer.ts";
import { OutcomeShares } from "./outcome-shares.ts";

export type Sample = {
  /** Fast, and never throws. */
  readonly add: (visit: PlacedVisit, served: SampledOutcome) => void;
  /** What is kept, once every `everyMs` at most. Afterwards nothing is. */
  readonly take: (nowMs: number) => readonly SampledTuple[];
  /** The counts that /health shows: requests seen, and tuples taken. */
  readonly counts: () => { readonly recorded: number; readonly taken: number };
};

export type SampledOutcome = {
  readonly as: ServedAs;
  readonly reason: ServedReason;
  /** How the viewer was known, where the page was made for them. */
  readonly viewer?: KnownBy | undefined;
};

export type SampleDeps = {
  readonly draw: Draw;
  readonly hashUser: (user: string) => UserHash;
  readonly everyMs: number;
};

/** Half of the 32 KB, since as much may wait to be sent, and room for the counts. */
export const SAMPLE_BOUNDS = { maxItems: 64, maxBytes: 15_000 };
/** Of a kept tuple beside its characters: its string's head, its place, its rank and its importance. */
const TUPLE_BYTES = 96;
const MINUTE_MS = 60_000;

export function createSample({ draw, hashUser, everyMs }: SampleDeps): Sample {
  const shares = new OutcomeShares();
  const kept = new WeightedReservoir<string>(SAMPLE_BOUNDS, draw);
  let recorded = 0;
  let taken = 0;
  let takenMs = Number.NEGATIVE_INFINITY;
  return {
    add: (visit, served) => {
      recorded += 1;
      const importance = shares.importanceOf(served.as, served.reason, visit.rule !== undefined);
      if (kept.passesBy(importance)) return;
      const packed = packedOf(visit, served, hashUser);
      kept.put(packed, importance, bytesOf(packed));
    },
    take: (nowMs) => {
      if (nowMs < takenMs + everyMs) return [];
      takenMs = nowMs;
      shares.fade();
      const tuples = kept.drain().map(({ item, weight }): SampledTuple => [item, weight]);
      taken += tuples.length;
      return tuples;
    },
    counts: () => ({ recorded, taken }),
  };
}

function packedOf(visit: PlacedVisit, served: SampledOutcome, hashUser: SampleDeps["hashUser"]): string {
  const { incoming, query, visitor, userHash, state, signals, audience, rule, cluster, heldOut } = visit;
  const { nowMs } = visit.requestContext;
  const isNew = visitor.newCookie !== undefined;
  const network = isNew ? networkOf(incoming.headers.get("cf-connecting-ip") ?? "") : "";
  return packTuple(
    { user: userHash, network: network === "" ? "" : hashUser(`network ${network}`) },
    {
      minute: Math.floor(nowMs / MINUTE_MS),
      context: query.context,
      signals,
      country: audience.country,
      band: state.routing.bandAt(nowMs).name,
      as: served.as,
      reason: served.reason,
      cluster: state.clusters === undefined ? undefined : cluster.id,
      rule: rule === undefined ? undefined : state.routing.rules.names[rule.rule],
      version: state.routing.version,
      holdout: heldOut !== undefined,
      known: isKnown(visit, served),
    },
  );
}

/** Of whom only the origin has spoken, the viewer map knows too. */
function isKnown({ viewerReading, state }: PlacedVisit, { as, viewer }: SampledOutcome): boolean {
  if (as === "tailored" || saysSomething(viewerReading)) return true;
  return viewer !== undefined && state.routing.tailoring?.map === true;
}

/** V8 keeps a text in one byte a character where all of them fit into it. */
function bytesOf(packed: string): number {
  return TUPLE_BYTES + (/^[\x00-\xff]*$/.test(packed) ? 1 : 2) * packed.length;
}

export const NO_SAMPLE: Sample = {
  add: () => undefined,
  take: () => [],
  counts: () => ({ recorded: 0, taken: 0 }),
};
