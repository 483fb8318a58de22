import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { andThen } from "../maybe-promise.ts";
import { createFailures } from "../failures.ts";
import { createUserTokens } from "./user-token.ts";
import { readUserTokenConfig, type UserTokenVariables } from "./user-token-config.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const NOW_S = NOW_MS / 1000;
const SECRET = "a-secret-of-thirty-two-characters";
const secretBytes = new TextEncoder().encode(SECRET);
const CLAIMS = { sub: "u42", exp: NOW_S + 600 };

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let rsa: Pair;
let otherRsa: Pair;
let rsaKeys: string;

beforeAll(async () => {
  [rsa, otherRsa] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
  rsaKeys = JSON.stringify({ keys: [{ ...(await exportJWK(rsa.publicKey)), alg: "RS256", kid: "a" }] });
});

function sign(
  claims: JWTPayload,
  key: Parameters<SignJWT["sign"]>[0] = secretBytes,
  header: { alg: string; kid?: string } = { alg: "HS256" },
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

function encode(part: object): string {
  return new TextEncoder()
    .encode(JSON.stringify(part))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The token with another header or payload under the same signature. */
async function spliced(token: Promise<string>, header?: object, payload?: object): Promise<string> {
  const [ownHeader = "", ownPayload = "", signature = ""] = (await token).split(".");
  return [header ? encode(header) : ownHeader, payload ? encode(payload) : ownPayload, signature].join(".");
}

function setUp(env: UserTokenVariables = {}) {
  const config = readUserTokenConfig({ USER_TOKEN_KEYS: SECRET, ...env }, []);
  if (config === undefined) throw new Error("a variable is set");
  const log = vi.fn<(line: string) => void>();
  const failures = createFailures(log);
  const tokens = createUserTokens(config, failures);
  const ask = (token: string, nowMs = NOW_MS) =>
    andThen(tokens.userOf(new Headers({ authorization: `Bearer ${token}` }), nowMs), (known) => known?.user);
  const counts = () => {
    const { "user-token-expired": expired, "user-token-invalid": invalid } = failures.counts();
    return { expired, invalid };
  };
  return { tokens, ask, counts, log };
}

describe("a token that holds", () => {
  test("names the user, from the header or from the cookie", async () => {
    const token = await sign(CLAIMS);
    const { tokens, ask } = setUp({ USER_TOKEN_COOKIE: "session" });
    expect(await ask(token)).toBe("u42");
    const inCookie = new Headers({ cookie: `a=1; session=${token}` });
    expect(await tokens.userOf(inCookie, NOW_MS)).toMatchObject({ user: "u42" });
    expect(await tokens.userOf(new Headers({ cookie: `spillway_user=${token}` }), NOW_MS)).toBeUndefined();
  });

  test.each<[unknown, number | undefined]>([
    [undefined, undefined],
    [null, undefined],
    [0, 0],
    [12, 12],
    ["12", 12],
    ["PG-13", 0],
    [12.5, 0],
    [99, 0],
    [[12], 0],
    ["", 0],
  ])("with the claim rating %j has the age limit %j", async (rating, ageLimit) => {
    const { tokens } = setUp();
    const headers = new Headers({ authorization: `Bearer ${await sign({ ...CLAIMS, rating })}` });
    expect(await tokens.userOf(headers, NOW_MS)).toMatchObject({ user: "u42", ageLimit });
  });

  test("is verified once: then the answer is there without waiting, until it expires", async () => {
    const { tokens, ask } = setUp();
    const token = await sign(CLAIMS);
    expect(ask(token)).toBeInstanceOf(Promise);
    await ask(token);
    expect(ask(token)).toBe("u42");
    expect(tokens.remembered()).toBe(1);
    expect(ask(token, NOW_MS + 599_999)).toBe("u42");
    expect(ask(token, NOW_MS + 600_000)).toBeInstanceOf(Promise);
  });

  test("may be signed with a key of the set, with or without its kid", async () => {
    const { ask } = setUp({ USER_TOKEN_KEYS: rsaKeys });
    expect(await ask(await sign(CLAIMS, rsa.privateKey, { alg: "RS256", kid: "a" }))).toBe("u42");
    expect(await ask(await sign(CLAIMS, rsa.privateKey, { alg: "RS256" }))).toBe("u42");
  });

  test("is let off a clock that is a little late", async () => {
    const { ask } = setUp();
    expect(await ask(await sign({ sub: "u42", exp: NOW_S - 20 }))).toBe("u42");
    expect(await ask(await sign({ ...CLAIMS, nbf: NOW_S + 20 }))).toBe("u42");
  });

  test("must be of the issuer and for the audience, where they are set", async () => {
    const { ask } = setUp({ USER_TOKEN_ISSUER: "https://id.example", USER_TOKEN_AUDIENCE: "tv" });
    const right = { ...CLAIMS, iss: "https://id.example", aud: ["web", "tv"] };
    expect(await ask(await sign(right))).toBe("u42");
    expect(await ask(await sign({ ...right, iss: "https://evil.example" }))).toBeUndefined();
    expect(await ask(await sign({ ...right, aud: "web" }))).toBeUndefined();
    expect(await ask(await sign(CLAIMS))).toBeUndefined();
  });
});

describe("a token that does not hold names nobody", () => {
  const forged: readonly [string, () => string | Promise<string>][] = [
    ["signed with another secret", () => sign(CLAIMS, new TextEncoder().encode(`${SECRET}x`))],
    ["unsigned, alg none", () => new UnsecuredJWT(CLAIMS).encode()],
    ["alg none over a real signature", () => spliced(sign(CLAIMS), { alg: "none" })],
    ["with another algorithm of the same secret", () => sign(CLAIMS, secretBytes, { alg: "HS384" })],
    ["altered", () => spliced(sign(CLAIMS), undefined, { ...CLAIMS, sub: "u43" })],
    ["without an end", () => sign({ sub: "u42" })],
    ["without a user", () => sign({ exp: CLAIMS.exp })],
    ["with a user that is no id", () => sign({ ...CLAIMS, sub: "x".repeat(129) })],
    ["with a user that is no text", () => sign({ ...CLAIMS, sub: 42 as unknown as string })],
    ["with an end that is no number", () => sign({ ...CLAIMS, exp: "never" as unknown as number })],
    ["not valid yet", () => sign({ ...CLAIMS, nbf: NOW_S + 60 })],
    ["that is no token", () => "abc"],
    ["that is too long", async () => `${await sign(CLAIMS)}${"x".repeat(9000)}`],
  ];
  test.each(forged)("%s", async (_, make) => {
    const { ask, counts, log } = setUp();
    expect(await ask(await make())).toBeUndefined();
    expect(counts()).toEqual({ expired: 0, invalid: 1 });
    expect(log).not.toHaveBeenCalled();
  });

  test("expired, which is counted apart", async () => {
    const { ask, counts } = setUp();
    expect(await ask(await sign({ sub: "u42", exp: NOW_S - 31 }))).toBeUndefined();
    expect(counts()).toEqual({ expired: 1, invalid: 0 });
  });

  test("signed with a public key as if it were a secret", async () => {
    const { ask } = setUp({ USER_TOKEN_KEYS: rsaKeys });
    const { keys } = JSON.parse(rsaKeys) as { keys: { n: string }[] };
    const asSecret = [rsaKeys, keys[0]?.n ?? ""].map((text) => new TextEncoder().encode(text));
    for (const secret of asSecret) {
      expect(await ask(await sign(CLAIMS, secret, { alg: "HS256", kid: "a" }))).toBeUndefined();
    }
  });

  test("signed with a key that is not in the set, whatever kid it claims", async () => {
    const { ask } = setUp({ USER_TOKEN_KEYS: rsaKeys });
    expect(await ask(await sign(CLAIMS, otherRsa.privateKey, { alg: "RS256", kid: "a" }))).toBeUndefined();
    expect(await ask(await sign(CLAIMS, rsa.privateKey, { alg: "RS256", kid: "b" }))).toBeUndefined();
  });

  test("whatever it is, without a key to check it with", async () => {
    const { ask } = setUp({ USER_TOKEN_KEYS: "too-short" });
    expect(await ask(await sign(CLAIMS, new TextEncoder().encode("too-short")))).toBeUndefined();
  });

  test("and is refused again without waiting, for a minute", async () => {
    const { ask, counts } = setUp();
    const token = await sign({ ...CLAIMS, nbf: NOW_S + 3600 });
    await ask(token);
    expect(ask(token, NOW_MS + 59_000)).toBeUndefined();
    expect(counts().invalid).toBe(2);
    expect(ask(token, NOW_MS + 60_000)).toBeInstanceOf(Promise);
  });

  test.each([40, 31, 59.5, 89])("but not beyond its nbf %d s ahead, less the tolerance", async (aheadS) => {
    const { ask } = setUp();
    const token = await sign({ ...CLAIMS, nbf: NOW_S + aheadS });
    const holdsMs = NOW_MS + Math.ceil(aheadS - 30) * 1000;
    expect(await ask(token)).toBeUndefined();
    expect(ask(token, holdsMs - 1)).toBeUndefined();
    expect(await ask(token, holdsMs)).toBe("u42");
    expect(ask(token, holdsMs + 1)).toBe("u42");
  });

  test("whose user is a visitor's id", async () => {
    const { ask } = setUp();
    const sub = "v_0a1b2c3d-0000-4000-8000-0123456789ab";
    expect(await ask(await sign({ ...CLAIMS, sub }))).toBeUndefined();
  });
});

test("forged tokens in any number push out none that holds", async () => {
  const { ask } = setUp();
  const token = await sign(CLAIMS);
  await ask(token);
  for (let at = 0; at < 600; at += 1) await ask(`${"x".repeat(8000)}${at}`);
  expect(ask(token)).toBe("u42");
});

test("a key that is none of its kind is named, and the others check on", async () => {
  const { keys } = JSON.parse(rsaKeys) as { keys: object[] };
  const n = new Uint8Array(32).fill(7).toBase64({ alphabet: "base64url", omitPadding: true });
  const beside = { kty: "EC", crv: "P-256", x: n, y: n, kid: "beside" };
  const { tokens, ask } = setUp({ USER_TOKEN_KEYS: JSON.stringify({ keys: [beside, ...keys] }) });
  expect(await tokens.keyProblems()).toEqual([
    { key: "USER_TOKEN_KEYS", reason: expect.stringContaining('"beside" for ES256') },
  ]);
  expect(await ask(await sign(CLAIMS, rsa.privateKey, { alg: "RS256" }))).toBe("u42");
});

test("a request without a token asks for nothing", () => {
  const { tokens, counts } = setUp();
  expect(tokens.userOf(new Headers(), NOW_MS)).toBeUndefined();
  expect(
    tokens.userOf(new Headers({ authorization: "Basic dTQyOg==", cookie: "spillway_user=" }), NOW_MS),
  ).toBe(undefined);
  expect(counts()).toEqual({ expired: 0, invalid: 0 });
});
