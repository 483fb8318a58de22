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
])("finds no key in %j, and does not say it again", (text, problem) => {
  const { keys, problems } = parseTokenKeys(text);
  expect(keys).toEqual([]);
  expect(problems).toEqual([expect.stringMatching(problem)]);
  expect(problems.join()).not.toContain(text.slice(0, 32) || "undefined");
});
