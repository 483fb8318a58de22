/** Another vendor's library and ours, both ways: what one signs, the other verifies. */
import { component, createSignature, verifySignature, type Signer, type Verifier } from "http-message-sig";
import { expect, test } from "vitest";
import { contentDigest } from "./content-digest.ts";
import { createEdgeAuth } from "./edge-auth.ts";
import { createMacKey } from "./mac-key.ts";

const TOKEN = "a-token-of-at-least-16";
const NOW_S = 1_800_000_000;
const auth = createEdgeAuth(TOKEN);
const { id: keyid } = createMacKey(TOKEN);
const TARGET = "/events?user=u1";
const BODY = new TextEncoder().encode('{"events":[]}');
const FIELDS = { "content-type": "application/json", "spillway-instance": "a.b-1" };
const HMAC = { name: "HMAC", hash: "SHA-256" };

const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(TOKEN), HMAC, false, [
  "sign",
  "verify",
]);
const signer: Signer = {
  algorithm: "hmac-sha256",
  sign: async (data) => new Uint8Array(await crypto.subtle.sign("HMAC", key, new Uint8Array(data))),
};
const verifier: Verifier = {
  algorithm: "hmac-sha256",
  verify: async (data, signature) =>
    crypto.subtle.verify("HMAC", key, new Uint8Array(signature), new Uint8Array(data)),
};

function fieldsOf(headers: Readonly<Record<string, string>>) {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

function policy(...requiredComponents: (string | ReturnType<typeof component>)[]) {
  return { algorithms: ["hmac-sha256"], requiredComponents, requiredParameters: ["created"], now: NOW_S };
}

const REQUEST = { kind: "request", method: "POST", targetUri: `https://origin.example${TARGET}` } as const;

async function signedByUs() {
  const request = { method: "POST", target: TARGET, headers: FIELDS, body: '{"events":[]}' };
  return auth.sign({ ...request, nowMs: NOW_S * 1000, nonce: "0123456789abcdef" });
}

test("the library verifies our request, and not a changed one", async () => {
  const { headers } = await signedByUs();
  const verify = (changed: Readonly<Record<string, string>> = {}) =>
    verifySignature(
      { ...REQUEST, fields: fieldsOf({ ...headers, ...changed }) },
      {
        label: "edge",
        policy: policy("@method", "@path", "@query", "content-digest", "spillway-instance"),
        resolveVerifier: () => verifier,
      },
    );
  expect(await verify()).toMatchObject({
    parameters: { keyid, nonce: "0123456789abcdef", tag: "spillway-edge" },
  });
  await expect(verify({ "spillway-instance": "another" })).rejects.toThrow(/verification failed/i);
});

test("we verify the library's request, and its proof of our reply", async () => {
  const headers = { ...FIELDS, "content-digest": await contentDigest(BODY) };
  const signed = await createSignature(
    { ...REQUEST, fields: fieldsOf(headers) },
    {
      label: "gateway",
      components: ["@path", "@method", "@query", ...Object.keys(headers)],
      parameters: { created: NOW_S, keyid, nonce: "fedcba9876543210", tag: "spillway-edge" },
      signer,
    },
  );
  const all: Record<string, string> = {
    ...headers,
    "signature-input": signed.signatureInput,
    signature: signed.signature,
  };
  const checked = await auth.verify({ method: "POST", target: TARGET, header: (name) => all[name] });
  expect(checked).toMatchObject({ kind: "verified", nonce: "fedcba9876543210", instance: "a.b-1" });
  if (checked.kind !== "verified") return;

  const fields = { etag: 'W/"1"', "spillway-credit": "open" };
  const proof = await auth.prove(checked, {
    status: 202,
    header: (name) => (name in fields ? fields[name as keyof typeof fields] : undefined),
    body: BODY,
    nowMs: NOW_S * 1000,
  });
  const reply = (status: number) =>
    verifySignature(
      {
        kind: "response",
        status,
        fields: fieldsOf({ ...fields, ...proof }),
        request: { ...REQUEST, fields: fieldsOf(all) },
      },
      {
        label: "origin",
        policy: policy(
          "@status",
          "content-digest",
          "spillway-credit",
          component("signature", { req: true, key: "gateway" }),
        ),
        resolveVerifier: () => verifier,
      },
    );
  expect(await reply(202)).toMatchObject({ parameters: { keyid, tag: "spillway-origin" } });
  await expect(reply(200)).rejects.toThrow(/verification failed/i);
});
