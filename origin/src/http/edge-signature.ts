/**
 * Reads the edge's signature before any route does, and signs the reply after: what a route sees as the
 * edge's is what the edge has said, to this route, once.
 */
import type { Context, MiddlewareHandler } from "hono";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import { readBytes } from "./body.ts";
import { fitsDigest, type EdgeProof, type EdgeVerified } from "./edge-proof.ts";
import { refuse, refuseFor } from "./reply.ts";
import type { SingleUse } from "./single-use.ts";

export type SignedByEdge = {
  /** The body, whose digest is signed. It has been read, so that no route can read another one. */
  readonly body: Uint8Array<ArrayBuffer>;
};

declare module "hono" {
  // An alias can't add to the framework's own declaration.
  // oxlint-disable-next-line typescript/consistent-type-definitions
  interface ContextVariableMap {
    /** Undefined for everybody but our edge. */
    signedByEdge?: SignedByEdge;
  }
}

/** The routes that our edge calls. Its signature opens no other. */
export const EDGE_ROUTES: ReadonlySet<string> = new Set([
  "GET /recommendations",
  "POST /events",
  "POST /identify",
  "DELETE /identify",
  "POST /serving-log",
  "POST /dead-letters",
  "GET /health",
]);

/** The largest body that a route takes from the edge. */
export const MAX_SIGNED_BODY_BYTES = 4 * 1024 * 1024;

export type EdgeSignatureDeps = {
  readonly edgeProof: EdgeProof;
  readonly singleUse: SingleUse;
  readonly nowMs: () => number;
};

/** A request that bears our edge's name and does not keep it is refused on every route: 401. */
export function readEdgeSignature({ edgeProof, singleUse, nowMs }: EdgeSignatureDeps): MiddlewareHandler {
  return async (c, next) => {
    const verdict = edgeProof.verify({
      method: c.req.method,
      target: targetOf(c.req.url),
      header: (name) => c.req.header(name),
    });
    if (verdict.kind === "unsigned") return next();
    if (verdict.kind === "refused") return refuse(c, 401, `the edge's signature ${verdict.reason}`);
    if (!EDGE_ROUTES.has(`${c.req.method} ${c.req.path}`)) {
      return refuse(c, 401, "the edge's signature opens no such route");
    }
    const body = await readBytes(c, MAX_SIGNED_BODY_BYTES);
    if (body.kind === "bytes" && !fitsDigest(verdict.digest, body.bytes)) {
      return refuse(c, 401, "the edge's signature does not fit the body");
    }
    const refusal = refusalOf(c, singleUse, verdict, nowMs());
    if (refusal === "spent") return refuse(c, 401, "the edge's signature has been used");
    if (refusal !== undefined) c.res = refusal;
    else if (body.kind === "refused") c.res = refuseFor(c, body);
    else {
      c.set("signedByEdge", { body: body.bytes });
      await next();
    }
    await prove(c, edgeProof, verdict, nowMs());
  };
}

/**
 * An edge that meant another process, or whose clock is off, learns from the proven refusal what is right,
 * and signs once more.
 */
function refusalOf(
  c: Context,
  singleUse: SingleUse,
  signed: EdgeVerified,
  nowMs: number,
): Response | "spent" | undefined {
  const use = singleUse.use(signed, nowMs);
  switch (use) {
    case "taken":
      return undefined;
    case "spent":
      // It is answered without proof, since its proof has been given.
      return use;
    case "full":
      c.header("Retry-After", "1");
      return refuse(c, 503, "more signatures are in use than can be remembered; nothing was done");
    case "stale":
      c.header(HEADER.instance, singleUse.instance());
      return refuse(c, 401, "the edge's signature is not of this time");
    case "other-instance":
      c.header(HEADER.instance, singleUse.instance());
      return refuse(c, 401, "the edge's signature is for another process than this one");
  }
}

async function prove(c: Context, edgeProof: EdgeProof, signed: EdgeVerified, nowMs: number): Promise<void> {
  const { status, headers } = c.res;
  const body = new Uint8Array(await c.res.arrayBuffer());
  const proof = edgeProof.prove(signed, { status, header: (name) => headers.get(name), body, nowMs });
  for (const [name, value] of Object.entries(proof)) headers.set(name, value);
  // Without it, Hono would merge the headers of both.
  c.res = undefined;
  c.res = new Response(body.byteLength === 0 ? null : body, { status, headers });
}

/** Path and query as they stand in the request: a parsed address would be a normalized one. */
export function targetOf(url: string): string {
  return url.slice(url.indexOf("/", url.indexOf("://") + 3));
}
