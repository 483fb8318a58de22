/** A JSON document from KV, validated and held in memory. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { Failures } from "../failures.ts";
import { createRefreshedValue, type Loaded, type RefreshedValue } from "./refreshed-value.ts";

/** The shortest that KV allows. */
export const KV_CACHE_TTL_S = 30;

export type KvReader = {
  readonly kv: KVNamespace;
  readonly cycleMs: number;
  readonly failures: Failures;
};

/** `parse` gives undefined for an invalid value; then the last good one stays. */
export function createKvDocument<Document>(
  { kv, cycleMs, failures }: KvReader,
  key: string,
  parse: (value: unknown) => Document | undefined,
): RefreshedValue<Document> {
  let lastText: string | undefined;
  const load = async (known: Document | undefined): Promise<Loaded<Document>> => {
    let text: string | null;
    try {
      text = await kv.get(key, { type: "text", cacheTtl: KV_CACHE_TTL_S });
    } catch (error) {
      failures.count("kv-read", `${key}: ${reasonOf(error)}`);
      return { kind: "unknown" };
    }
    if (text === null) return { kind: "unknown" };
    // Most reads bring the same text, and compiling a cluster index takes milliseconds.
    if (text === lastText && known !== undefined) return { kind: "loaded", value: known };
    const value = parse(parseJson(text));
    if (value === undefined) {
      failures.count("kv-value", `${key}: not valid; the last good one stays`);
      return { kind: "unknown" };
    }
    lastText = text;
    return { kind: "loaded", value };
  };
  return createRefreshedValue(load, cycleMs);
}

/** Undefined, which no schema accepts, when `text` is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
