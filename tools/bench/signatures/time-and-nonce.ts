/**
 * The baseline: the form of signatures that was here before, over purpose, time, nonce and one header, and a
 * proof over the nonce and one header. Neither covers what is asked or answered.
 */
const encoder = new TextEncoder();
const HMAC = { name: "HMAC", hash: "SHA-256" };

/** One whole exchange: the edge signs, the origin verifies and proves, the edge verifies. */
export async function createTimeAndNonce(token: string): Promise<(nonce: string) => Promise<boolean>> {
  const key = await crypto.subtle.importKey("raw", encoder.encode(token), HMAC, false, ["sign", "verify"]);
  const mac = async (text: string): Promise<string> =>
    new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text))).toBase64();
  const check = (text: string, signature: string): Promise<boolean> =>
    crypto.subtle.verify("HMAC", key, Uint8Array.fromBase64(signature), encoder.encode(text));
  return async (nonce) => {
    const asked = `recommendations\n${Math.floor(Date.now() / 1000)}\n${nonce}\ni1;demand=5.000;arrivals=3`;
    if (!(await check(asked, await mac(asked)))) return false;
    const answered = `reply\n${nonce}\nopen`;
    return check(answered, await mac(answered));
  };
}
