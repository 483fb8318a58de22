/**
 * The origin's side of the signatures between edge and origin (shared/src/protocol/signatures/), by Node's
 * own cryptography: it takes microseconds and gives no promise, where the platform's hands a few hundred
 * bytes to another thread and waits for them.
 */
import { createHmac, createSecretKey, hash, timingSafeEqual } from "node:crypto";
import { digestField, givenDigest } from "@spillway/shared/protocol/signatures/content-digest.ts";
import type { EdgeTokens } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { macKeyId } from "@spillway/shared/protocol/signatures/mac-key.ts";
import { proofToSign, type ReplyToProve } from "@spillway/shared/protocol/signatures/reply-signature.ts";
import {
  DOES_NOT_FIT,
  readClaim,
  type ReceivedRequest,
  type RequestCheck,
  type VerifiedRequest,
} from "@spillway/shared/protocol/signatures/request-signature.ts";

type NodeKey = { readonly id: string; readonly mac: (text: string) => Buffer };

/** A request whose signature holds. Whether it may be used is another question (single-use.ts). */
export type EdgeVerified = VerifiedRequest<NodeKey>;

export type EdgeProof = {
  readonly verify: (request: ReceivedRequest) => RequestCheck<NodeKey>;
  /** Signs the reply to a request. Returns the fields to add, `Content-Digest` included. */
  readonly prove: (request: EdgeVerified, reply: ReplyToProve) => Readonly<Record<string, string>>;
};

/** Throws a RangeError for a token of fewer than 16 characters. */
export function createEdgeProof(...tokens: EdgeTokens): EdgeProof {
  const keys = [...new Set(tokens)].map(createNodeKey);
  return {
    verify: (request) => {
      const claim = readClaim(keys, request);
      if (claim.kind !== "claim") return claim;
      const { text, verified } = claim;
      const given = Buffer.from(verified.signature.signature, "base64");
      const own = verified.key.mac(text);
      return given.length === own.length && timingSafeEqual(given, own) ? verified : DOES_NOT_FIT;
    },
    prove: (request, reply) => {
      const digest = reply.body.byteLength === 0 ? undefined : digestOf(reply.body);
      const { text, fields } = proofToSign(request, reply, digest);
      return fields(request.key.mac(text).toString("base64"));
    },
  };
}

/** Without a field only an empty body matches. */
export function fitsDigest(field: string | undefined, body: Uint8Array): boolean {
  return field === undefined ? body.byteLength === 0 : givenDigest(field) === digestOf(body);
}

function createNodeKey(secret: string): NodeKey {
  const id = macKeyId(secret);
  const key = createSecretKey(secret, "utf8");
  return { id, mac: (text) => createHmac("sha256", key).update(text).digest() };
}

function digestOf(body: Uint8Array): string {
  return digestField(hash("sha256", body, "base64"));
}
