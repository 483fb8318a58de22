/**
 * Tells a text that was meant to be something else from a shared secret. Public keys, certificates, addresses
 * and tokens may be known to everybody: taken for the secret, they would let everybody sign in as anybody.
 */

/** What the text looks like, in words for `/health`; undefined for what may be a secret. */
export function mistakenFor(text: string): string | undefined {
  return LOOKS.find(([, form]) => form.test(text))?.[0] ?? encodedForm(text);
}

const LOOKS: readonly (readonly [what: string, form: RegExp])[] = [
  ["a PEM or another armoured key", /-{3,} ?BEGIN /i],
  // OpenSSH's public keys, also behind the options of an authorized_keys line (sshd(8)).
  [
    "an SSH public key",
    /(^|[\s"])(ssh-(rsa|dss|ed25519|ed448)|ecdsa-sha2-\S+|(sk|rsa|webauthn)-\S*(ssh|sha2)-\S+) +AAAA/i,
  ],
  ["the base64 of an SSH key", /^AAAA(B3NzaC1|C3NzaC1|E2VjZHNh|G[ni]NrLX|I[mn]VjZH|InNrLW)/],
  ["the address of something", /^([a-z][a-z\d+.-]*:)?\/\//i],
  ["the address of something", /^(https?|file|data|urn|mailto):/i],
  ["the name of a file", /^\S+\.(jwks?|json|pem|pub|crt|cer|der|key|p8|p12|txt)$|\.well-known\//i],
  ["JSON, but no key set", /^[[{"]/],
  ["XML or a placeholder", /^<|^\$\{.*\}$|^\{\{.*\}\}$/],
  // RFC 7515 §3.1: two or three dots between base64url, of which the first part is JSON.
  ["a signed token", /^eyJ[\w-]*\.[\w-]*\.[\w-]*(\.[\w-]*){0,2}$/],
];

/** What the text holds where it is base64: keys and certificates are DER (X.690), key sets are JSON. */
function encodedForm(text: string): string | undefined {
  const bytes = fromAnyBase64(text);
  if (bytes === undefined) return undefined;
  if (isDerSequence(bytes)) return "the base64 of a key or certificate";
  const [first] = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  const isText = bytes.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
  if (isText && first === "{") return "the base64 of JSON";
  return isText && first === "-" ? "the base64 of a PEM" : undefined;
}

function fromAnyBase64(text: string): Uint8Array | undefined {
  for (const alphabet of ["base64", "base64url"] as const) {
    try {
      return Uint8Array.fromBase64(text, { alphabet });
    } catch {
      // It is not of this alphabet, or no base64 at all.
    }
  }
  return undefined;
}

const SEQUENCE = 0x30;
const LONG_FORM = 0x80;

/** X.690 §8.1.3: the length stands in one byte, or in as many as the first one's lower bits say. */
function isDerSequence(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  if (tag !== SEQUENCE) return false;
  if (length < LONG_FORM) return bytes.length === 2 + length;
  const lengthBytes = bytes.subarray(2, 2 + (length - LONG_FORM));
  if (lengthBytes.length > 4) return false;
  const contents = lengthBytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return bytes.length === 2 + lengthBytes.length + contents;
}
