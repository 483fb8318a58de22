/** The operator's routing from KV, compiled. */
import { compileRouting, parseRouting, type CompiledRouting } from "@spillway/shared/routing/routing.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { createKvDocument, type KvReader } from "./kv-document.ts";
import type { RefreshedValue } from "./refreshed-value.ts";

export const DEFAULT_DEADLINE_MS = 250;

/** Until routing has been read: every request may ask the origin, whose own gate holds the threshold. */
export const DEFAULT_ROUTING: CompiledRouting = {
  version: 0,
  mode: "auto",
  deadlineMs: DEFAULT_DEADLINE_MS,
  holdout: undefined,
  bandAt: () => ({ name: "default", from: "00:00", threshold_per_s: Number.POSITIVE_INFINITY }),
  ruleFor: () => undefined,
};

export function createRoutingSource(reader: KvReader): RefreshedValue<CompiledRouting> {
  return createKvDocument(reader, KV_KEY.routing, parsePublishedRouting);
}

function parsePublishedRouting(value: unknown): CompiledRouting | undefined {
  if (typeof value !== "object" || value === null || !("version" in value) || !("routing" in value)) {
    return undefined;
  }
  const { version, routing } = value;
  if (typeof version !== "number" || !Number.isInteger(version)) return undefined;
  const parsed = parseRouting(routing);
  return parsed.ok ? compileRouting({ version, routing: parsed.routing }) : undefined;
}
