/**
 * A cluster's id from its definition: readable, and the same in every cycle for the same definition. Pure.
 */
import type { Conjunct } from "@spillway/shared/clusters/cluster-index.ts";
import { NONE, OTHER, SIGNAL_NAMES } from "@spillway/shared/signals/signals.ts";
import { CLUSTER_ID, GENERIC_CLUSTER } from "@spillway/shared/protocol/wire.ts";

/**
 * `team=ESP, entry=social, depth=casual` → `esp.social.casual`. A value that does not show which signal it
 * belongs to carries the signal's name (`no-team`, `other-entry`, `campaign-qf-esp-bel`). An id that would be
 * too long, or is taken, ends in a hash of the definition.
 */
export function clusterId(definition: readonly Conjunct[], taken: ReadonlySet<string>): string {
  if (definition.length === 0) return GENERIC_CLUSTER;
  const ordered = definition.toSorted(
    (a, b) => SIGNAL_NAMES.indexOf(a.signal) - SIGNAL_NAMES.indexOf(b.signal),
  );
  const id = ordered.map(segmentOf).join(".");
  if (CLUSTER_ID.test(id) && !taken.has(id) && id !== GENERIC_CLUSTER) return id;
  const hash = fnv1a(ordered.map(({ signal, value }) => `${signal}=${value}`).join(","));
  return `${id.replaceAll(/[^a-z0-9._-]/g, "-").slice(0, 50)}-${hash}`;
}

function segmentOf({ signal, value }: Conjunct): string {
  if (value === NONE) return `no-${signal}`;
  if (value === OTHER) return `other-${signal}`;
  const text = value.toLowerCase();
  return signal === "campaign" || signal === "event" || signal === "region" ? `${signal}-${text}` : text;
}

/** 52 bits of FNV-1a (64 bit) as hex: among 1,000 clusters the chance of a collision is 1 in 10¹⁰. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0").slice(0, 13);
}
