/** Whether a request has one of some secrets as `Authorization: Bearer …`. */

const encoder = new TextEncoder();

export function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
}

/** Compares in constant time: digests are of equal length, whatever is given. */
async function isBearer(headers: Headers, secret: string): Promise<boolean> {
  const given = bearerOf(headers);
  if (given === undefined) return false;
  const [one, other] = await Promise.all([given, secret].map(digest));
  return one !== undefined && other !== undefined && crypto.subtle.timingSafeEqual(one, other);
}

export async function isOneOfBearers(headers: Headers, tokens: readonly string[]): Promise<boolean> {
  const matches = await Promise.all(tokens.map((token) => isBearer(headers, token)));
  return matches.includes(true);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", encoder.encode(text));
}
