/** The list of suspects from KV. It may have megabytes, so it is read seldom. */
import { compileSuspects, type CompiledSuspects } from "@spillway/shared/protocol/suspects.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { createKvDocument, type KvReader } from "./kv-document.ts";
import type { RefreshedValue } from "./refreshed-value.ts";

/** How many read cycles pass between two reads: 5 minutes by default. */
const CYCLES = 10;

export function createSuspectsSource(reader: KvReader): RefreshedValue<CompiledSuspects> {
  return createKvDocument({ ...reader, cycleMs: CYCLES * reader.cycleMs }, KV_KEY.suspects, compileSuspects);
}
