/** Reads what our edge sends along with a request for a page, and trusts it only under a valid signature. */
import type { Context } from "hono";
import { parseDemand, type DemandReport } from "@spillway/shared/admission/credit.ts";
import { signalsSchema, type Signals } from "@spillway/shared/signals/signals.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";

export type EdgeRequest = {
  readonly report: DemandReport | undefined;
  readonly signals: Signals | undefined;
  /** What the viewer's cookie says of them, as it came: a viewer state in base64url. */
  readonly viewerText: string | undefined;
};

/** One request for a page, whoever reads it from the wire. */
export type Asked = {
  readonly url: string;
  readonly header: (name: string) => string | undefined;
  /** Undefined for everybody but our edge. */
  readonly edge: EdgeRequest | undefined;
};

/** Returns undefined for a caller who is not our edge. */
export function readEdgeRequest(c: Context): EdgeRequest | undefined {
  return c.get("signedByEdge") === undefined ? undefined : edgeRequestOf((name) => c.req.header(name));
}

/** Of headers that our edge has signed. */
export function edgeRequestOf(header: Asked["header"]): EdgeRequest {
  return {
    report: parseDemand(header(HEADER.demand)),
    signals: readSignals(header(HEADER.signals)),
    viewerText: header(HEADER.viewer),
  };
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
