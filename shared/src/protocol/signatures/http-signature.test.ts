import { describe, expect, test } from "vitest";
import { contentDigest, matchesDigest } from "./content-digest.ts";
import { formatInput, parseSignatures, signatureBase } from "./http-signature.ts";

/** RFC 9421 B.1.5 and B.2.5. */
const SECRET = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";
const INPUT = 'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"';
const SIGNATURE = "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:";
const VALUES: Readonly<Record<string, string>> = {
  '"date"': "Tue, 20 Apr 2021 02:07:55 GMT",
  '"@authority"': "example.com",
  '"content-type"': "application/json",
};

describe("RFC 9421, B.2.5 (hmac-sha256)", () => {
  const [parsed] = parseSignatures(INPUT, SIGNATURE);

  test("is read with its label, components and parameters", () => {
    expect(parsed).toMatchObject({ label: "sig-b25", components: Object.keys(VALUES) });
    expect([...(parsed?.params ?? [])]).toEqual([
      ["created", 1_618_884_473],
      ["keyid", "test-shared-secret"],
    ]);
  });

  test("has our signature base, whose MAC is the RFC's", async () => {
    const base = signatureBase(parsed?.components ?? [], (one) => VALUES[one], parsed?.input ?? "");
    expect(base?.split("\n")).toEqual([
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@authority": example.com',
      '"content-type": application/json',
      '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    ]);
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", Uint8Array.fromBase64(SECRET), hmac, false, ["sign"]);
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(base));
    expect(`sig-b25=:${new Uint8Array(mac).toBase64()}:`).toBe(SIGNATURE);
  });
});

test("what is formatted is read again", () => {
  const components = ['"@method"', '"signature";req;key="edge"'];
  const input = formatInput(components, { created: 7, nonce: "n-1", keyid: "k", tag: "t" });
  const [read, ...more] = parseSignatures(`a=${input}, b=${input}`, "b=:QQ==:, a=:Qg==:");
  expect(read).toMatchObject({ label: "a", components, input, signature: "Qg==" });
  expect(more).toHaveLength(1);
  expect(Object.fromEntries(read?.params ?? [])).toEqual({
    created: 7,
    nonce: "n-1",
    keyid: "k",
    alg: "hmac-sha256",
    tag: "t",
  });
});

const GOOD = '("@method");created=1;tag="t"';
test.each([
  ["no fields", null, null],
  ["no signature", `a=${GOOD}`, null],
  ["a signature of another label", `a=${GOOD}`, "b=:QQ==:"],
  ["a label twice", `a=${GOOD}, a=${GOOD}`, "a=:QQ==:"],
  ["a signature twice", `a=${GOOD}`, "a=:QQ==:, a=:Qg==:"],
  ["text behind it", `a=${GOOD} x`, "a=:QQ==:"],
  ["an open list", 'a=("@method";created=1', "a=:QQ==:"],
  ["an open text", 'a=("@method);created=1', "a=:QQ==:"],
  ["a comma at the end", `a=${GOOD},`, "a=:QQ==:"],
  ["no base64", `a=${GOOD}`, "a=:?:"],
  ["more than a header of ours has", `a=${GOOD}${";x=1".repeat(2000)}`, "a=:QQ==:"],
  ["a line break", `a=("@method");nonce="a\nb"`, "a=:QQ==:"],
])("%s is no signature", (_, input, signature) => {
  expect(parseSignatures(input, signature)).toEqual([]);
});

test("text that looks long like a signature takes no longer than its length", () => {
  const input = `a=(${'"x" '.repeat(900)}`;
  expect(parseSignatures(input, "a=:QQ==:")).toEqual([]);
  expect(parseSignatures(`a=("x"${';a="'.repeat(900)}`, "a=:QQ==:")).toEqual([]);
});

test("a value with a line break has no signature base, nor a message that lacks a component", () => {
  expect(signatureBase(['"a"'], () => 'x\n"b": y', "()")).toBeUndefined();
  expect(signatureBase(['"a"'], () => undefined, "()")).toBeUndefined();
});

describe("Content-Digest", () => {
  /** RFC 9530, B.1. */
  const BODY = new TextEncoder().encode('{"hello": "world"}\n');
  const FIELD = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

  test("is RFC 9530's", async () => {
    expect(await contentDigest(BODY)).toBe(FIELD);
    expect(await matchesDigest(FIELD, BODY)).toBe(true);
    expect(await matchesDigest(`sha-512=:${"A".repeat(86)}==:, ${FIELD}`, BODY)).toBe(true);
  });

  test.each([
    [undefined, false],
    ["", false],
    ["sha-512=:AAAA:", false],
    [FIELD.replace("RK", "RL"), false],
    [`x${FIELD}`, false],
  ])("%s does not fit another body", async (field, expected) => {
    expect(await matchesDigest(field, BODY)).toBe(expected);
  });

  test("an empty body needs none, and has to fit one that is there", async () => {
    expect(await matchesDigest(undefined, new Uint8Array())).toBe(true);
    expect(await matchesDigest(FIELD, new Uint8Array())).toBe(false);
  });
});
