/**
 * Edge and origin prove themselves to each other with a shared token that never travels: the edge signs each
 * request, and the origin signs its reply to exactly that request. What is said is what is signed, in the
 * form of RFC 9421 and RFC 9530 (docs/decisions/0005-edge-and-origin-prove-themselves.md).
 *
 * A request's signature says nothing of how often it may be used, nor when; the origin decides that.
 */
import { createMacKey } from "./mac-key.ts";
import { proveReply, verifyReply, type ProvenReply, type ReplyToProve } from "./reply-signature.ts";
import {
  signRequest,
  verifyRequest,
  type ReceivedRequest,
  type RequestCheck,
  type RequestToSign,
  type SentRequest,
  type VerifiedRequest,
} from "./request-signature.ts";
import type { FieldReader } from "./signed-message.ts";

export type EdgeAuth = {
  readonly sign: (request: RequestToSign) => Promise<SentRequest>;
  readonly verify: (request: ReceivedRequest) => Promise<RequestCheck>;
  /** Signs the reply to a request. Returns the fields to add, `Content-Digest` included. */
  readonly prove: (
    request: VerifiedRequest,
    reply: ReplyToProve,
  ) => Promise<Readonly<Record<string, string>>>;
  /** Undefined unless the origin has signed this reply to the request that was sent. The body comes later. */
  readonly verifyReply: (
    sent: SentRequest,
    reply: { readonly status: number; readonly header: FieldReader },
  ) => Promise<ProvenReply | undefined>;
};

/** The current token, and the previous one while it is accepted. */
export type EdgeTokens = readonly [current: string, ...previous: string[]];

/**
 * With a previous token the edge signs with both, and either is accepted, so that edge and origin can change
 * tokens one after the other. Throws a RangeError for a token of fewer than 16 characters.
 */
export function createEdgeAuth(...tokens: EdgeTokens): EdgeAuth {
  const keys = [...new Set(tokens)].map(createMacKey);
  return {
    sign: (request) => signRequest(keys, request),
    verify: (request) => verifyRequest(keys, request),
    prove: proveReply,
    verifyReply: (sent, reply) => verifyReply(keys, sent, reply),
  };
}
