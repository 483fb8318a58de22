/** For tests: routes behind the check of the edge's signature, and an edge that calls them. */
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { matchesDigest } from "@spillway/shared/protocol/signatures/content-digest.ts";
import { createEdgeAuth } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { createEdgeProof } from "../src/http/edge-proof.ts";
import { readEdgeSignature } from "../src/http/edge-signature.ts";
import { createSingleUse } from "../src/http/single-use.ts";

export const EDGE_TOKEN = "edge-token-0123456789";
export const INSTANCE = "test-instance";

export type EdgeCall = {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly signedMs?: number;
};

export type EdgeAnswer = { readonly response: Response; readonly proven: boolean };
export type TestEdge = { readonly call: (target: string, call?: EdgeCall) => Promise<EdgeAnswer> };

export function signatureDeps(nowMs: () => number) {
  return {
    edgeProof: createEdgeProof(EDGE_TOKEN),
    singleUse: createSingleUse({ newId: () => INSTANCE }),
    nowMs,
  };
}

export function behindSignature(routes: Hono, nowMs: () => number): Hono {
  return new Hono().use(readEdgeSignature(signatureDeps(nowMs))).route("/", routes);
}

/** The headers of a request that the edge has signed for the origin of {@link signatureDeps}. */
export async function signedHeaders(
  nowMs: number,
  target: string,
  { method = "GET", body, headers = {}, token = EDGE_TOKEN, signedMs = nowMs }: EdgeCall = {},
) {
  return createEdgeAuth(token).sign({
    method,
    target,
    headers: { "spillway-instance": INSTANCE, ...headers },
    body,
    nowMs: signedMs,
    nonce: randomUUID(),
  });
}

export function createTestEdge(app: Pick<Hono, "request">, nowMs: () => number): TestEdge {
  return {
    call: async (target, call = {}) => {
      const { method = "GET", body, token = EDGE_TOKEN } = call;
      const sent = await signedHeaders(nowMs(), target, call);
      const response = await app.request(target, {
        method,
        headers: sent.headers,
        // Bytes and not text, to which a content type would be added that is not signed.
        ...(body !== undefined && { body: new TextEncoder().encode(body) }),
      });
      const { status, headers } = response;
      const reply = await createEdgeAuth(token).verifyReply(sent, {
        status,
        header: (name) => headers.get(name),
      });
      const bytes = new Uint8Array(await response.clone().arrayBuffer());
      return { response, proven: reply !== undefined && (await matchesDigest(reply.digest, bytes)) };
    },
  };
}
