/** The list of erasures from KV. */
import { compileErasures, type CompiledErasures } from "@spillway/shared/protocol/erasures.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { createKvDocument, type KvReader } from "./kv-document.ts";
import type { RefreshedValue } from "./refreshed-value.ts";

export function createErasuresSource(reader: KvReader): RefreshedValue<CompiledErasures> {
  return createKvDocument(reader, KV_KEY.erasures, compileErasures);
}
