/** Whether a request is an operator's: `Authorization: Bearer <EDGE_TOKEN>`. */

/** Compared as digests, in a time that tells nothing of either (`crypto.subtle.timingSafeEqual`, Workers' own). */
export async function isOperator(headers: Headers, token: string | undefined): Promise<boolean> {
  const [, given] = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (given === undefined || token === undefined) return false;
  const [a, b] = await Promise.all([given, token].map(digest));
  return a !== undefined && b !== undefined && crypto.subtle.timingSafeEqual(a, b);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
