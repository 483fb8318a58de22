/**
 * Reads a reply as far as the origin has proven it: signed headers, then a body that fits its signed digest.
 */
import { matchesDigest } from "@spillway/shared/protocol/signatures/content-digest.ts";
import type { EdgeAuth } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import type { ProvenReply } from "@spillway/shared/protocol/signatures/reply-signature.ts";
import type { SentRequest } from "@spillway/shared/protocol/signatures/request-signature.ts";
import { readAtMost } from "../read-at-most.ts";

/**
 * A page has some tens of kilobytes. Bytes count as they come out of their compression: a few kilobytes of
 * gzip may hold an isolate's whole memory.
 */
export const MAX_REPLY_BYTES = 2 * 1024 * 1024;

export type ReadReply =
  | (ProvenReply & { readonly kind: "proven"; readonly status: number; readonly body: Uint8Array })
  | { readonly kind: "unproven" }
  | { readonly kind: "too-large" };

/** Nothing of the body is read before the headers' proof holds. Rejects when the body breaks off. */
export async function readProvenReply(
  auth: EdgeAuth,
  sent: SentRequest,
  response: Response,
): Promise<ReadReply> {
  const { status, headers } = response;
  const proven = await auth.verifyReply(sent, { status, header: (name) => headers.get(name) });
  if (proven === undefined) {
    await response.body?.cancel();
    return { kind: "unproven" };
  }
  const body = await readAtMost(response.body, MAX_REPLY_BYTES);
  if (body === undefined) return { kind: "too-large" };
  if (!(await matchesDigest(proven.digest, body))) return { kind: "unproven" };
  return { kind: "proven", ...proven, status, body };
}
