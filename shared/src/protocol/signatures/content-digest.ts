/** The field `Content-Digest` (RFC 9530): a digest of a message's body, which a signature can cover. */

const SHA_256 = /(?:^|,)[ \t]*sha-256=:([A-Za-z0-9+/]{43}=):[ \t]*(?:$|,)/;
const encoder = new TextEncoder();

export async function contentDigest(body: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digestField(digest.toBase64());
}

/** `sha256`: in base64. */
export function digestField(sha256: string): string {
  return `sha-256=:${sha256}:`;
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
  const given = givenDigest(field);
  return given !== undefined && given === (await contentDigest(body));
}

/** The field's SHA-256 in the form of {@link contentDigest}; undefined where it has none. */
export function givenDigest(field: string): string | undefined {
  const given = SHA_256.exec(field)?.[1];
  return given === undefined ? undefined : digestField(given);
}
