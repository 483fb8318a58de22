/** Reads what our edge sends along with a request for a page, and trusts it only with a valid signature. */
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
  /** It is undefined when there is none, or when it is too old. */
  readonly report: DemandReport | undefined;
  readonly signals: Signals | undefined;
};

/**
 * Returns undefined for a caller who does not claim to be our edge, and `forged` when the signature is not
 * valid.
 */
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

/** Signs the reply, together with the isolate's credit, to prove that it is from the origin. */
export async function proveReply(
  c: Context,
  edgeAuth: EdgeAuth,
  { nonce }: EdgeRequest,
  credit: Credit | undefined,
): Promise<void> {
  const creditText = credit === undefined ? undefined : formatCredit(credit);
  if (creditText !== undefined) c.header(HEADER.credit, creditText);
  c.header(HEADER.proof, await edgeAuth.prove(nonce, creditText));
}

function readSignals(header: string | undefined): Signals | undefined {
  if (header === undefined) return undefined;
  try {
    const parsed = signalsSchema.safeParse(JSON.parse(header));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // The header is no JSON, perhaps since the edge has another version. The page is made without the
    // signals.
    return undefined;
  }
}
