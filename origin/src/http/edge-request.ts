/** What our edge says along with a request for a page, believed only under its signature. */
import type { Context } from "hono";
import {
  formatCredit,
  parseDemand,
  REPORT_MAX_AGE_MS,
  type Credit,
  type DemandReport,
} from "@spillway/shared/admission/credit.ts";
import type { EdgeAuth } from "@spillway/shared/protocol/edge-auth.ts";
import { signalsSchema, type Signals } from "@spillway/shared/signals/signals.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";

export type EdgeRequest = {
  readonly nonce: string;
  /** Undefined where there is none, or where it is too old to be about the present. */
  readonly report: DemandReport | undefined;
  readonly signals: Signals | undefined;
};

/** Undefined for a caller who does not claim to be our edge; `forged` where the claim does not hold. */
export async function readEdgeRequest(
  c: Context,
  edgeAuth: EdgeAuth,
  nowMs: number,
): Promise<EdgeRequest | "forged" | undefined> {
  const admit = c.req.header(HEADER.admit);
  if (admit === undefined) return undefined;
  const demand = c.req.header(HEADER.demand);
  const verified = await edgeAuth.verify("recommendations", admit, nowMs, demand);
  if (verified === undefined) return "forged";
  const isFresh = Math.abs(nowMs - verified.signedMs) <= REPORT_MAX_AGE_MS;
  return {
    nonce: verified.nonce,
    report: isFresh ? parseDemand(demand) : undefined,
    signals: readSignals(c.req.header(HEADER.signals)),
  };
}

/** Proves that the reply is the origin's, with the isolate's credit under the same signature. */
export async function proveReply(
  c: Context,
  edgeAuth: EdgeAuth,
  { nonce }: EdgeRequest,
  credit: Credit | undefined,
): Promise<void> {
  const said = credit === undefined ? undefined : formatCredit(credit);
  if (said !== undefined) c.header(HEADER.credit, said);
  c.header(HEADER.proof, await edgeAuth.prove(nonce, said));
}

function readSignals(header: string | undefined): Signals | undefined {
  if (header === undefined) return undefined;
  try {
    const parsed = signalsSchema.safeParse(JSON.parse(header));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Not JSON: our edge of another version, perhaps. The page does without.
    return undefined;
  }
}
