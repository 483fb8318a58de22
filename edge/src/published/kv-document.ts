/** A JSON document from KV, validated and held in memory. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { issuesLine, type Checked } from "@spillway/shared/protocol/zod-issues.ts";
import type { Failures } from "../failures.ts";
import { createRefreshedValue, type Loaded, type RefreshedValue } from "./refreshed-value.ts";

/** The shortest that KV allows. */
export const KV_CACHE_TTL_S = 30;

export type KvReader = {
  readonly kv: KVNamespace;
  readonly cycleMs: number;
  readonly failures: Failures;
};

/** Where `parse` refuses a value, the last good one stays, and `/health` says why. */
export function createKvDocument<Document>(
  reader: KvReader,
  key: string,
  parse: (value: unknown) => Checked<Document>,
): RefreshedValue<Document> {
  return createRefreshedValue(createDocumentLoader(reader, key, parse), reader.cycleMs);
}

/** Reads the document once with each call. `known` is what the last good call gave. */
export function createDocumentLoader<Document>(
  { kv, failures }: Omit<KvReader, "cycleMs">,
  key: string,
  parse: (value: unknown) => Checked<Document>,
): (known: Document | undefined) => Promise<Loaded<Document>> {
  let lastName: string | undefined;
  let refusedName: string | undefined;
  return async (known) => {
    let text: string | null;
    try {
      text = await kv.get(key, { type: "text", cacheTtl: KV_CACHE_TTL_S });
    } catch (error) {
      failures.count("kv-read", `${key}: ${reasonOf(error)}`);
      return { kind: "unknown" };
    }
    if (text === null) return { kind: "unknown" };
    const name = await nameOf(text);
    if (name === refusedName) return { kind: "unknown" };
    refusedName = undefined;
    // Most reads bring the same text, and compiling a cluster index takes milliseconds.
    const isKnown = name === lastName && known !== undefined;
    const checked: Checked<Document> = isKnown ? { ok: true, value: known } : parseText(text, parse);
    if (!checked.ok) {
      refusedName = name;
      const reason = `is refused; the last good one stays, if there is one: ${issuesLine(checked.issues)}`;
      failures.count("kv-value", `${key} ${reason}`);
      failures.refuse(key, reason);
      return { kind: "unknown" };
    }
    failures.refuse(key, undefined);
    lastName = name;
    return { kind: "loaded", value: checked.value };
  };
}

/** A longer text is remembered by its hash: the list of suspects alone may have 8 MB. */
const LONG_TEXT = 65_536;

async function nameOf(text: string): Promise<string> {
  if (text.length < LONG_TEXT) return text;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toHex();
}

function parseText<Document>(text: string, parse: (value: unknown) => Checked<Document>): Checked<Document> {
  try {
    return parse(JSON.parse(text));
  } catch {
    // The parser's own message would quote the text, which anybody could read in `/health`.
    return { ok: false, issues: [{ key: "", reason: "is not JSON" }] };
  }
}
