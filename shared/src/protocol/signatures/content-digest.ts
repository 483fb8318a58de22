/** The field `Content-Digest` (RFC 9530): a digest of a message's body, which a signature can cover. */

const SHA_256 = /(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):[ \t]*(?:$|,)/;
const encoder = new TextEncoder();

export async function contentDigest(body: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha-256=:${digest.toBase64()}:`;
}

/**
 * True when the field's SHA-256 is that of the body. Without a field only an empty body matches, so that no
 * body passes for want of a digest.
 */
export async function matchesDigest(
  field: string | undefined,
  body: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (field === undefined) return body.byteLength === 0;
  const given = SHA_256.exec(field)?.[1];
  return given !== undefined && `sha-256=:${given}:` === (await contentDigest(body));
}
