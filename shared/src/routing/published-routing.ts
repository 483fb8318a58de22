/** The `routing` document in KV: a version of the operator's routing. */
import { generationNumber } from "../protocol/plausible.ts";
import { checkedBy, type Checked } from "../protocol/zod-issues.ts";
import * as z from "zod/mini";
import { parseRouting, type PublishedRouting } from "./routing.ts";

/** What a header can carry. A wrong one costs a request to the origin one more trip, and nothing else. */
const INSTANCE = /^[\w.-]{1,64}$/;

const schema = z.object({
  version: generationNumber,
  routing: z.unknown(),
  instance: z.optional(z.unknown()),
});

export type RoutingDocument = PublishedRouting & {
  /** The origin's process that published it, which the edge's signatures name. */
  readonly instance: string | undefined;
};

/** Checks it as strictly as a push is checked. Never throws. */
export function parsePublishedRouting(value: unknown): Checked<RoutingDocument> {
  const checked = checkedBy(schema, value);
  if (!checked.ok) return checked;
  const { version } = checked.value;
  const parsed = parseRouting(checked.value.routing);
  if (parsed.ok)
    return {
      ok: true,
      value: { version, routing: parsed.routing, instance: instanceOf(checked.value.instance) },
    };
  return {
    ok: false,
    issues: parsed.issues.map(({ key, reason }) => ({
      key: key === "" ? "routing" : `routing.${key}`,
      reason,
    })),
  };
}

function instanceOf(value: unknown): string | undefined {
  return typeof value === "string" && INSTANCE.test(value) ? value : undefined;
}
