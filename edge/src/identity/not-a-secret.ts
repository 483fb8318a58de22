/**
 * Tells a text that was meant to be something else from a shared secret. Public keys, certificates, addresses
 * and tokens may be known to everybody: taken for the secret, they would let everybody sign in as anybody.
 */

/** What the text looks like, in words for `/health`; undefined for what may be a secret. */
export function mistakenFor(text: string): string | undefined {
  return LOOKS.find(([, form]) => form.test(text))?.[0] ?? encodedForm(text);
}

const LOOKS: readonly (readonly [what: string, form: RegExp])[] = [
  ["a PEM or another armoured key", /-{3,} ?BEGIN\b|\bBEGIN [A-Z0-9 ]*(KEY|CERTIFICATE)\b/i],
  // OpenSSH's public keys, also behind the options of an authorized_keys line (sshd(8)).
  [
    "an SSH public key",
    /(^|[\s"])(ssh-(rsa|dss|ed25519|ed448)|ecdsa-sha2-\S+|(sk|rsa|webauthn)-\S*(ssh|sha2)-\S+)\s+AAAA/i,
  ],
  // RFC 4253 §6.6: the name of the key's type behind its length, in base64: `ssh-…`, `sk-…` and `ecdsa…`. It
  // shows wherever it stands and whatever is in front of it, certificates' names too.
  ["the base64 of an SSH key", /AAAA[\w+/-]([3HXn]N(zaC1|rL)|[2GWm]VjZHNh)/],
  ["a fingerprint of a key", /(^|\s)(SHA256|MD5):/],
  ["a key file of another program", /^(PuTTY-User-Key-File|untrusted comment:)/i],
  // The base64 of DER, of which only a part has been pasted: SEQUENCE with a long length, or an elliptic
  // curve's key.
  ["a part of an encoded key or certificate", /^(MI[IG][\w+/-]{57}|M[\w+/-]{4,10}(YHKoZIzj0|QYDK2V))/],
  // RFC 4880 §4.2 and minisign's documentation.
  ["the base64 of a public key", /^((mQ[EIG][Ni]|mDME|xs[BF]N)[\w+/-]{40}|RW[QR][\w+/-]{53}$)/],
  // SEC 1 §2.3.3: a point, compressed or not.
  ["the point of a public key", /^(0x)?(04[\da-f]{128}|0[23][\da-f]{64})$/i],
  // The prefixes of age, Nostr and W3C decentralized identifiers.
  ["a public key", /^(age1|npub1|did:)/],
  ["the address of something", /^[a-z][a-z\d+.-]*:\/\/|^(\/\/|www\.)[\w-]+\./i],
  ["the address of something", /^(https?|file|data|urn|mailto|arn|spiffe|pkcs11|vault|env):/i],
  ["the name of a secret that stands elsewhere", /^projects\/[^/]+\/secrets\/|^@Microsoft\.KeyVault\(/i],
  [
    "the name of a file",
    /(^\S+|[\\/].*)\.(jwks?|json|pem|pub|crt|cer|der|key|p8|p12|txt)$|\.well-known\/|^(~|\.{1,2})[\\/]|^\/(run|etc|var|home|usr|opt|tmp|root|mnt|secrets?)\//i,
  ],
  ["JSON, but no key set", /^[[{"]|["']?\b(kty|keys)\b["']? *[:=]/],
  ["in quotes", /^(['`]).*\1$|^'[[{]/],
  ["percent-encoded", /^%(7B|5B|22|2D)/i],
  ["a variable with its name", /^(export +)?USER_TOKEN_\w+ *=/],
  [
    "XML or a placeholder",
    /^<|^\$[{(].*[})]$|^\$[A-Z_][A-Z\d_]*$|^%[A-Z_][A-Z\d_]*%$|^\{\{.*\}\}$|^(change|replace)[-_ ]?(me|this)\b|^your[-_ ]/i,
  ],
  ["the example of a public page, which everybody knows", /^a-(valid-)?string-secret-/],
  // RFC 7515 §3.1: two or more dots between base64url, of which the first part is JSON.
  ["a signed token", /^(Bearer +)?eyJ[\w-]*\.[\w-]*\.[\w-]*(\.[\w-]*){0,2}$/i],
];

/** What the text holds where it is base64 or hexadecimal: keys and certificates are DER (X.690). */
function encodedForm(text: string): string | undefined {
  for (const decode of DECODERS) {
    const bytes = decode(text);
    if (bytes === undefined) continue;
    if (isDerSequence(bytes)) return "an encoded key or certificate";
    const inner = textOf(bytes);
    const meant = inner === undefined ? undefined : LOOKS.find(([, form]) => form.test(inner))?.[0];
    if (meant !== undefined) return `the encoding of something else: ${meant}`;
  }
  return undefined;
}

const DECODERS: readonly ((text: string) => Uint8Array | undefined)[] = [
  (text) => attempt(() => Uint8Array.fromBase64(text)),
  (text) => attempt(() => Uint8Array.fromBase64(text, { alphabet: "base64url" })),
  (text) => attempt(() => Uint8Array.fromHex(text)),
];

/** Undefined for what is not of this encoding. */
function attempt(decode: () => Uint8Array): Uint8Array | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** The bytes as a text, where all of them are printable ASCII or blanks. */
function textOf(bytes: Uint8Array): string | undefined {
  const isText = bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d));
  return isText ? new TextDecoder().decode(bytes).trim() : undefined;
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
