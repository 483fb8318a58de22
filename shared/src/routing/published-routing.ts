/** The `routing` document in KV: a version of the operator's routing. */
import { generationNumber } from "../protocol/plausible.ts";
import { checkedBy, type Checked } from "../protocol/zod-issues.ts";
import * as z from "zod/mini";
import { parseRouting, type PublishedRouting } from "./routing.ts";

const schema = z.object({ version: generationNumber, routing: z.unknown() });

/** Checks it as strictly as a push is checked. Never throws. */
export function parsePublishedRouting(value: unknown): Checked<PublishedRouting> {
  const checked = checkedBy(schema, value);
  if (!checked.ok) return checked;
  const { version } = checked.value;
  const parsed = parseRouting(checked.value.routing);
  if (parsed.ok) return { ok: true, value: { version, routing: parsed.routing } };
  return {
    ok: false,
    issues: parsed.issues.map(({ key, reason }) => ({
      key: key === "" ? "routing" : `routing.${key}`,
      reason,
    })),
  };
}
