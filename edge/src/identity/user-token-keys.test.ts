import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTokenKeys } from "./user-token-keys.ts";

const bytes = (length: number): string =>
  new Uint8Array(length).fill(7).toBase64({ alphabet: "base64url", omitPadding: true });
const RSA = { kty: "RSA", n: bytes(256), e: "AQAB" };
const SECRET = "a-secret-of-thirty-two-characters";

function parse(...keys: unknown[]) {
  return parseTokenKeys(JSON.stringify({ keys }));
}

test("takes a bare secret for HS256", () => {
  expect(parseTokenKeys(` ${SECRET}\n`)).toMatchObject({
    keys: [{ algorithm: "HS256", kid: undefined }],
    problems: [],
  });
});

test.each<[object, string]>([
  [RSA, "RS256"],
  [{ ...RSA, alg: "PS512" }, "PS512"],
  [{ kty: "EC", crv: "P-256", x: bytes(32), y: bytes(32) }, "ES256"],
  [{ kty: "EC", crv: "P-521", x: bytes(66), y: bytes(66) }, "ES512"],
  [{ kty: "OKP", crv: "Ed25519", x: bytes(32) }, "EdDSA"],
  [{ kty: "oct", k: bytes(32) }, "HS256"],
  [{ kty: "oct", k: bytes(64), alg: "HS512" }, "HS512"],
])("binds %j to %s", (jwk, algorithm) => {
  expect(parse({ ...jwk, kid: "k1" })).toMatchObject({ keys: [{ algorithm, kid: "k1" }], problems: [] });
});

test("passes over keys for encryption, and keeps the sound ones beside a broken one", () => {
  const { keys, problems } = parse(
    { ...RSA, use: "enc" },
    { ...RSA, kid: "sound" },
    { kty: "RSA", e: "AQAB" },
  );
  expect(keys.map(({ kid }) => kid)).toEqual(["sound"]);
  expect(problems).toEqual(["keys[2] needs n, base64url of at least 256 bytes"]);
});

test.each<[string, unknown, RegExp]>([
  ["a number", 7, /must be an object/],
  ["an unknown type", { kty: "none" }, /must be of oct, RSA/],
  ["a private key", { ...RSA, d: "AQAB" }, /private key/],
  ["an algorithm of another type", { ...RSA, alg: "HS256" }, /none of RS256/],
  ["alg none", { ...RSA, alg: "none" }, /none of RS256/],
  ["a short RSA key", { ...RSA, n: bytes(128) }, /at least 256 bytes/],
  ["a short secret", { kty: "oct", k: bytes(31) }, /at least 32 bytes/],
  ["a secret shorter than its hash", { kty: "oct", k: bytes(63), alg: "HS512" }, /at least 64 bytes/],
  ["a point that is no base64url", { kty: "EC", crv: "P-256", x: "*", y: bytes(32) }, /needs x/],
  ["a kid that is no string", { ...RSA, kid: 1 }, /kid/],
  ...["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf", "", "OCT", "EC", "OKP", "AKP"].map(
    (kty): [string, unknown, RegExp] => [`the type ${kty}`, { kty }, /must be of oct, RSA/],
  ),
  ["a type that cannot be made a text", { kty: { toString: 1, valueOf: 1 } }, /must be of/],
  ["a list as its type", { kty: ["RSA"], n: bytes(256), e: "AQAB" }, /must be of/],
  ["a list as a key", [], /must be an object/],
  ["a curve that is no text", { kty: "EC", crv: {}, x: bytes(32), y: bytes(32) }, /must be of/],
  ["the curve of X25519", { kty: "OKP", crv: "X25519", x: bytes(32) }, /must be of/],
  ["the curve secp256k1", { kty: "EC", crv: "secp256k1", x: bytes(32), y: bytes(32) }, /must be of/],
  ["a point of another curve", { kty: "EC", crv: "P-256", x: bytes(48), y: bytes(48) }, /x, base64url of 32/],
  ["a curve of a secret", { kty: "oct", crv: "P-256", k: bytes(32) }, /must be of/],
  ["an alg that is no text", { ...RSA, alg: ["RS256"] }, /none of RS256/],
  ["the alg null", { ...RSA, alg: null }, /none of RS256/],
  ["an alg of every object", { ...RSA, alg: "constructor" }, /none of RS256/],
  ["a private key's prime alone", { ...RSA, p: "AQAB" }, /private key/],
  ["a private point", { kty: "OKP", crv: "Ed25519", x: bytes(32), d: bytes(32) }, /private key/],
  ["an exponent of 1", { ...RSA, e: "AQ" }, /odd and greater than 1/],
  ["an even exponent", { ...RSA, e: "AQAA" }, /odd and greater than 1/],
  ["a modulus of zeros", { ...RSA, n: new Uint8Array(300).toBase64({ alphabet: "base64url" }) }, /needs n/],
  ["a key for signing only", { ...RSA, key_ops: ["sign"] }, /key_ops/],
  ["a use of its own", { ...RSA, use: "both" }, /use/],
])("refuses %s", (_, jwk, problem) => {
  const { keys, problems } = parse(jwk);
  expect(keys).toEqual([]);
  expect(problems).toEqual([expect.stringMatching(problem)]);
});

test.each([
  ["", /at least 32/],
  ["thirty-one-characters-are-short", /at least 32/],
  ["{not json, but much longer than 32 characters", /begins like JSON/],
  ["{}", /must be a key set/],
  ['{"keys":[]}', /no key/],
  [JSON.stringify({ keys: Array.from({ length: 33 }, () => RSA) }), /at most 32/],
  [JSON.stringify([RSA]), /key set/],
  ["https://accounts.example.com/.well-known/jwks.json", /key set/],
  ["-----BEGIN PUBLIC KEY-----MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", /key set/],
  [`${SECRET}\n${SECRET}`, /on one line/],
  [JSON.stringify(RSA), /must be a key set/],
  ['{"keys":{"kty":"RSA"}}', /must be a key set/],
  [JSON.stringify(SECRET), /JSON, but no key set/],
  [`ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7${"x".repeat(300)} ada@tv.example`, /SSH public key/],
  ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvbyBiYXIgYmF6IGZvbyBiYXIgYmF6IGZvbyBi", /SSH public key/],
  ["ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA== me", /SSH public key/],
  ["sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIA== me", /SSH public key/],
  ['from="10.0.0.0/8" ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7xxxxxxxxxxxx me', /SSH public key/],
  ["AAAAB3NzaC1yc2EAAAADAQABAAABgQC7xxxxxxxxxxxxxxxxxxxxxxxxx", /SSH key/],
  ["-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END CERTIFICATE-----", /PEM/],
  ["-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEIA==\\n-----END PRIVATE KEY-----", /PEM/],
  ["---- BEGIN SSH2 PUBLIC KEY ---- AAAAB3NzaC1yc2EAAAADAQABAAABgQC7", /armoured/],
  // RFC 8410 §10.1: an Ed25519 public key, without its armour.
  ["MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=", /encoded key/],
  [btoa('{"keys":[{"kty":"RSA","n":"AQAB"}]}'), /encoding of something else: JSON/],
  [btoa("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw"), /encoding of something else: a PEM/],
  ["HTTPS://accounts.example.com/.well-known/jwks.json", /address/],
  ["file:///etc/spillway/keys/signing-keys.json", /address/],
  ["//accounts.example.com/oauth2/v1/certs-and-more", /address/],
  ["accounts.example.com/oauth2/.well-known/jwks.json", /file/],
  ["/etc/spillway/keys/the-key-of-our-identity-provider.pem", /file/],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1NDIifQ.c2lnbmF0dXJlIG9mIHRoaXM", /signed token/],
  ["<RSAKeyValue><Modulus>xxxxxxxxxxxxxxxxxxxxxxxx</Modulus></RSAKeyValue>", /XML/],
  ["<a secret of at least 32 characters here>", /placeholder/],
  ["${USER_TOKEN_KEYS_FROM_THE_SECRET_STORE}", /placeholder/],
  ["302a300506032b657003210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1", /encoded key/],
  [btoa("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 me"), /encoding of something else: an SSH/],
  ["did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", /public key/],
  ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kgpyrh4kq", /public key/],
  ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:keys", /address/],
  ["op://production/spillway/the-secret-of-user-tokens", /address/],
  ["/run/secrets/the_keys_of_our_identity_provider", /file/],
  ["C:\\Program Files\\Spillway\\signing keys.jwks", /file/],
  [`'{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}'`, /JSON, but no key set/],
  [`'${SECRET}'`, /quotes/],
  [`USER_TOKEN_KEYS=${SECRET}`, /variable with its name/],
  ['keys: [{kty: RSA, n: AQAB, e: AQAB, kid: "the-key"}]', /JSON, but no key set/],
  [encodeURIComponent('{"keys":[{"kty":"RSA"}]}'), /percent-encoded/],
  ["-----BEGIN%20PUBLIC%20KEY-----MIIBIjANBgkqhkiG9w0", /PEM/],
  ["a-string-secret-at-least-256-bits-long", /everybody knows/],
  ["change-me-before-you-deploy-this-anywhere", /placeholder/],
  [`Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1NDIifQ.c2lnbmF0dXJl`, /signed token/],
  ["ssh-rsa-cert-v01@openssh.com AAAAHHNzaC1yc2EtY2VydC12MDFAb3BlbnNzaC5jb20AAAAg me", /SSH key/],
  ["AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAg", /SSH key/],
  ["ssh-rsa%20AAAAB3NzaC1yc2EAAAADAQABAAABgQC7xxxxxxxxxxxxxxxxxxxxxxxx", /SSH key/],
  ["'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvbyBiYXIgYmF6IGZvbyBiYXIg", /SSH key/],
  ["ssh-rsa\\nAAAAB3NzaC1yc2EAAAADAQABAAABgQC7xxxxxxxxxxxxxxxxxxxxxxxx", /SSH key/],
  ["2048 SHA256:uNiVztksCsDhcc0u9e8BhrJXVGDJPFSBgQ7aQcHbNf4 me (RSA)", /fingerprint/],
  ["PuTTY-User-Key-File-3: ssh-ed25519 Encryption: none Comment: me", /key file/],
  ["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo", /part of an encoded key/],
  ["MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9", /part of an encoded key/],
  ["BEGIN PUBLIC KEY MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", /PEM/],
  ["mQENBFxyzABCCADKxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", /public key/],
  ["RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", /public key/],
  [`04${"bfcab872".repeat(16)}`, /point of a public key/],
  ["www.example.com/oauth2/v1/keys/and/more/of/them", /address/],
  ["projects/123456789012/secrets/user-token-keys/versions/latest", /stands elsewhere/],
  ["@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/y)", /stands elsewhere/],
  ["$USER_TOKEN_KEYS_FROM_THE_ENVIRONMENT", /placeholder/],
  ["%USER_TOKEN_KEYS_FROM_THE_ENVIRONMENT%", /placeholder/],
  ["~/.ssh/id_rsa_of_the_identity_provider", /file/],
  ["./keys/the-identity-providers-public-key", /file/],
  [`a secret with a tab\t${SECRET}`, /control characters/],
  ["[".repeat(50_000), /JSON, but no key set/],
])("finds no key in %j, and does not say it again", (text, problem) => {
  const { keys, problems } = parseTokenKeys(text);
  expect(keys).toEqual([]);
  expect(problems).toEqual([expect.stringMatching(problem)]);
  expect(problems.join()).not.toContain(text.slice(0, 32) || "undefined");
});

test.each([
  SECRET,
  'a secret of $HOME, "quoted", for tests',
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "MIXDgpwnXkKoDgOH7fSnWPGDl9zHqxAjDiWBKmXdpMs=",
  "MIIDgpwnXkKoDgOH7fSnWPGDl9zHqxAjDiWBKmXdpMs=",
  "//RCKuYBpcKA7dEqhWWZyTRUkFJ++/OUc/TRm8JIX7CmEAVOCxdohUEuAk1zrbLb",
  "the colon: SHA-256 of nothing, and AAAA for a sigh",
  "kZ3hT0v0yWq2J8m5v1s7b9x4c6e8g0i2k4m6o8q0s2u4w6y8",
  "correct horse battery staple, and thirty-two more",
  "it's a secret, with an apostrophe in front of 's'",
  "dG9wLXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVz",
  "пароль-из-тридцати-двух-символов-и-больше",
])("takes %j for a secret", (text) => {
  expect(parseTokenKeys(text)).toMatchObject({ keys: [{ algorithm: "HS256" }], problems: [] });
});

test("no JSON and no text makes it throw, or gives a key that was not asked for", () => {
  const words = fc.constantFrom("kty", "crv", "alg", "use", "kid", "key_ops", "k", "n", "e", "x", "y", "d");
  const values = fc.oneof(
    fc.constantFrom<unknown>(
      "RSA",
      "EC",
      "oct",
      "OKP",
      "P-256",
      "constructor",
      "__proto__",
      null,
      [],
      {},
      1,
      "AQAB",
    ),
    fc.jsonValue(),
  );
  const jwk = fc.oneof(fc.dictionary(words, values), values);
  const set = fc.array(jwk, { maxLength: 4 }).map((keys) => JSON.stringify({ keys }));
  fc.assert(
    fc.property(fc.oneof(set, fc.json(), fc.string({ unit: "binary" })), (text) => {
      const { keys, problems } = parseTokenKeys(text);
      for (const { algorithm } of keys) expect(algorithm).toMatch(/^(HS|RS|PS|ES)\d{3}$|^Ed/);
      expect(keys.length + problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 500, seed: 13 },
  );
});
