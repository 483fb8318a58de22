/** The operator's routing from KV, compiled. */
import { parsePublishedRouting } from "@spillway/shared/routing/published-routing.ts";
import { candidateArm, type PublishedRollout } from "@spillway/shared/routing/rollout/rollout.ts";
import {
  compileRouting,
  type CompiledRouting,
  type PublishedRouting,
} from "@spillway/shared/routing/routing.ts";
import { NO_RULES } from "@spillway/shared/routing/rules/rule-input.ts";
import type { Tailoring } from "@spillway/shared/routing/tailoring.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import type { Arms } from "../rollout/arms.ts";
import { createKvDocument, type KvReader } from "./kv-document.ts";
import type { RefreshedValue } from "./refreshed-value.ts";

export const DEFAULT_DEADLINE_MS = 250;

/** Until routing has been read: every request may ask the origin, whose own gate holds the threshold. */
export const DEFAULT_ROUTING: RoutingInKv = {
  origin: undefined,
  version: 0,
  mode: "auto",
  modeAt: () => "auto",
  deadlineMs: DEFAULT_DEADLINE_MS,
  holdout: undefined,
  tailoring: undefined,
  bandAt: () => ({ name: "default", from: "00:00", threshold_per_s: Number.POSITIVE_INFINITY }),
  thresholdAt: () => Number.POSITIVE_INFINITY,
  armedFrom: () => undefined,
  ruleClusters: [],
  rules: NO_RULES,
};

export type RoutingInKv = Omit<CompiledRouting, "tailoring"> & {
  /** Undefined until it has been read: the operator may have said that no history travels. */
  readonly tailoring: Tailoring | undefined;
  /** The origin's process that published it, for isolates that have not heard from the origin. */
  readonly origin: string | undefined;
  /** Absent but while a rollout is announced or on. */
  readonly rollout?: Arms<RoutingInKv> | undefined;
  /** In an arm of a rollout alone: both versions that the isolate obeys. */
  readonly obeyed?: { readonly version: number; readonly candidate: number } | undefined;
  /** In an arm of a rollout alone: an answer that takes longer is slow. */
  readonly slowMs?: number | undefined;
};

export function createRoutingSource(reader: KvReader): RefreshedValue<RoutingInKv> {
  return createKvDocument(reader, KV_KEY.routing, (value) => {
    const routing = parsePublishedRouting(value);
    if (!routing.ok) return routing;
    const { instance: origin, rollout } = routing.value;
    const base: RoutingInKv = { ...compileRouting(routing.value), origin };
    if (rollout === undefined) return { ok: true, value: base };
    return { ok: true, value: { ...base, rollout: armsOf(rollout, routing.value, base) } };
  });
}

/** `base` is the current version, compiled. */
function armsOf(
  { id, stages, slowMs, candidate }: PublishedRollout,
  current: PublishedRouting,
  base: RoutingInKv,
): Arms<RoutingInKv> {
  const both = { slowMs, obeyed: { version: base.version, candidate: candidate.version } };
  return {
    id,
    stages,
    current: { ...base, ...both },
    candidate: { ...base, ...compileRouting(candidateArm(current, candidate)), ...both },
  };
}
