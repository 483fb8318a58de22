/** The editors' pins from KV, compiled. */
import {
  compileEditorial,
  parseEditorial,
  type CompiledEditorial,
} from "@spillway/shared/protocol/editorial.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { createKvDocument, type KvReader } from "./kv-document.ts";
import type { RefreshedValue } from "./refreshed-value.ts";

export function createEditorialSource(reader: KvReader): RefreshedValue<CompiledEditorial> {
  return createKvDocument(reader, KV_KEY.editorial, (value) => {
    const editorial = parseEditorial(value);
    return editorial.ok ? { ok: true, value: compileEditorial(editorial.value) } : editorial;
  });
}
