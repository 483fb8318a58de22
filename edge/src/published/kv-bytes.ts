/** Bytes from KV with their metadata. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { KV_CACHE_TTL_S, type KvReader } from "./kv-document.ts";

export type KvBytes = { readonly value: ArrayBuffer | null; readonly metadata: unknown };

/** Undefined where KV could not be read, which is counted. */
export async function readKvBytes(
  { kv, failures }: Omit<KvReader, "cycleMs">,
  key: string,
): Promise<KvBytes | undefined> {
  try {
    return await kv.getWithMetadata(key, { type: "arrayBuffer", cacheTtl: KV_CACHE_TTL_S });
  } catch (error) {
    failures.count("kv-read", `${key}: ${reasonOf(error)}`);
    return undefined;
  }
}
