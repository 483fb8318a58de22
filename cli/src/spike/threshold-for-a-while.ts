/**
 * Lowers the origin's threshold for the time of the spike, by an override that ends by itself: also where
 * this command, the origin and `start` are all killed meanwhile.
 */
import * as z from "zod/mini";
import { withParameters, callAsOperator } from "../operate/admin-call.ts";
import type { OriginReply } from "../operate/origin-call.ts";

const modeSchema = z.object({ mode: z.string(), until: z.optional(z.string()), by: z.optional(z.string()) });
const NOTE = "a spike of the demo";
/** For the answers that are still to come at the end. */
const GRACE_S = 10;

export type Lowering =
  | { readonly kind: "lowered"; readonly end: () => Promise<void> }
  /** An operator has forced something, which a demonstration must not undo. */
  | { readonly kind: "taken"; readonly reason: string }
  | { readonly kind: "no-answer"; readonly reply: Exclude<OriginReply, { readonly kind: "ok" }> };

export async function lowerThreshold(
  originUrl: string,
  thresholdPerSec: number,
  forMs: number,
): Promise<Lowering> {
  const current = await callAsOperator("GET", "/routing/mode", originUrl);
  if (current.kind !== "ok") return { kind: "no-answer", reply: current };
  const { mode, until, by } = modeSchema.parse(current.body);
  if (until !== undefined) {
    const reason = `${by ?? "somebody"} has forced ${mode} until ${until}; end that first, or wait`;
    return { kind: "taken", reason };
  }
  if (mode !== "auto")
    return { kind: "taken", reason: `the routing's mode is ${mode}, in which no spike shows` };
  const forSeconds = Math.ceil(forMs / 1000) + GRACE_S;
  const path = withParameters("/routing/mode", { note: NOTE });
  const lowered = await callAsOperator("PUT", path, originUrl, { mode: "auto", thresholdPerSec, forSeconds });
  if (lowered.kind !== "ok") return { kind: "no-answer", reply: lowered };
  return {
    kind: "lowered",
    // Where the origin does not answer, the override ends by its time.
    end: async () => void (await callAsOperator("DELETE", path, originUrl)),
  };
}
