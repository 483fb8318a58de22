import { describe, expect, test } from "vitest";
import { createEdgeAuth, type EdgeAuth } from "./edge-auth.ts";
import { SIGNED_REPLY_FIELDS } from "./reply-signature.ts";
import { SIGNED_REQUEST_FIELDS, type RequestToSign, type SentRequest } from "./request-signature.ts";

const NOW_MS = 1_800_000_000_000;
const [TOKEN, NEXT, OTHER] = ["a-token-of-at-least-16", "the-next-token-0123456", "somebody-else-0123456"];
const auth = createEdgeAuth(TOKEN);
const BODY = new TextEncoder().encode('{"events":[]}');

const REQUEST = {
  method: "POST",
  target: "/events?user=u1&context=homepage",
  headers: Object.fromEntries(SIGNED_REQUEST_FIELDS.map((name) => [name, `the ${name}`])),
  body: '{"events":[]}',
  nowMs: NOW_MS,
  nonce: "4f9ff2b0-5d5c-4d7f-8f0e-6a3d0b6f1c11",
} satisfies RequestToSign;

type Changed = Partial<{ method: string; target: string; headers: Record<string, string | undefined> }>;

async function verdict(sent: SentRequest, changed: Changed = {}, by: EdgeAuth = auth) {
  const headers: Record<string, string | undefined> = { ...sent.headers, ...changed.headers };
  const { method, target } = { ...REQUEST, ...changed };
  return by.verify({ method, target, header: (name) => headers[name] });
}

describe("a request", () => {
  test("is the edge's as it was signed, with its nonce, time, instance and digest", async () => {
    const sent = await auth.sign(REQUEST);
    expect(await verdict(sent)).toMatchObject({
      kind: "verified",
      nonce: REQUEST.nonce,
      createdMs: NOW_MS,
      instance: "the spillway-instance",
      digest: sent.headers["content-digest"],
    });
  });

  const CHANGES: readonly (readonly [string, Changed])[] = [
    ["method", { method: "DELETE" }],
    ["path", { target: "/identify?user=u1&context=homepage" }],
    ["path's case", { target: "/Events?user=u1&context=homepage" }],
    ["user", { target: "/events?user=u2&context=homepage" }],
    ["query's order", { target: "/events?context=homepage&user=u1" }],
    ["query, which is gone", { target: "/events" }],
    ["query, which is longer", { target: `${REQUEST.target}&x` }],
    ["digest", { headers: { "content-digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:" } }],
    ["digest, which is gone", { headers: { "content-digest": undefined } }],
    ["signature, which is gone", { headers: { signature: undefined } }],
    ...SIGNED_REQUEST_FIELDS.flatMap((name) => [
      [name, { headers: { [name]: "another" } }] as const,
      [`${name}, which is gone`, { headers: { [name]: undefined } }] as const,
    ]),
  ];
  test.each(CHANGES)("with another %s is refused", async (_, changed) => {
    expect(await verdict(await auth.sign(REQUEST), changed)).toMatchObject({ kind: "refused" });
  });

  test.each(SIGNED_REQUEST_FIELDS)("that was signed without %s cannot be given one", async (name) => {
    const sent = await auth.sign({ ...REQUEST, headers: {} });
    expect(await verdict(sent)).toMatchObject({ kind: "verified" });
    expect(await verdict(sent, { headers: { [name]: "" } })).toEqual({
      kind: "refused",
      reason: `does not cover "${name}"`,
    });
  });

  test("with another time, nonce, key, tag or algorithm is refused, and with every changed character of its signature", async () => {
    const sent = await auth.sign(REQUEST);
    const input = sent.headers["signature-input"] ?? "";
    for (const [from, to] of [
      [`created=${NOW_MS / 1000}`, `created=${NOW_MS / 1000 + 1}`],
      [REQUEST.nonce, REQUEST.nonce.replace("4f", "5f")],
      ['"@query" ', ""],
      ["hmac-sha256", "none"],
      [";keyid=", ';keyid="x";keyid='],
    ] as const) {
      expect(input).toContain(from);
      const headers = { "signature-input": input.replace(from, to) };
      expect([from, (await verdict(sent, { headers })).kind]).toEqual([from, "refused"]);
    }
    const signature = sent.headers["signature"] ?? "";
    for (let at = "edge=:".length; at < signature.length - 2; at += 1) {
      const other = signature[at] === "A" ? "B" : "A";
      const headers = { signature: `${signature.slice(0, at)}${other}${signature.slice(at + 1)}` };
      expect((await verdict(sent, { headers })).kind).toBe("refused");
    }
  });

  test("of another token is refused; a signature by somebody else, for somebody else, is none of ours", async () => {
    expect(await verdict(await createEdgeAuth(OTHER).sign(REQUEST))).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("key"),
    });
    const headers = { "signature-input": 'sig1=("@method");created=1;tag="web-bot-auth"' };
    expect(await verdict(await auth.sign(REQUEST), { headers })).toEqual({ kind: "unsigned" });
    expect(await verdict({ headers: {}, signatures: new Map() })).toEqual({ kind: "unsigned" });
  });
});

describe("a reply", () => {
  const REPLY: Readonly<Record<string, string>> = Object.fromEntries(
    SIGNED_REPLY_FIELDS.map((name) => [name, `the ${name}`]),
  );

  async function reply(body = BODY, fields = REPLY, by = auth) {
    const sent = await auth.sign(REQUEST);
    const asked = await verdict(sent);
    if (asked.kind !== "verified") throw new Error("not verified");
    const header = (name: string): string | undefined => fields[name];
    const proof = await by.prove(asked, { status: 200, header, body, nowMs: NOW_MS + 1000 });
    return { sent, headers: { ...fields, ...proof } as Record<string, string | undefined> };
  }

  async function read(
    { sent, headers }: Awaited<ReturnType<typeof reply>>,
    changed: Record<string, string | undefined> = {},
    status = 200,
  ) {
    const all = { ...headers, ...changed };
    return auth.verifyReply(sent, { status, header: (name) => all[name] });
  }

  test("gives its signed fields, its digest and its time", async () => {
    const proven = await read(await reply());
    expect(Object.fromEntries(proven?.headers ?? [])).toEqual(REPLY);
    expect(proven).toMatchObject({ createdMs: NOW_MS + 1000, digest: expect.stringMatching(/^sha-256=:/) });
  });

  test.each(["content-digest", ...SIGNED_REPLY_FIELDS])(
    "with another %s is not the origin's",
    async (name) => {
      const given = await reply();
      expect(await read(given, { [name]: "another" })).toBeUndefined();
      expect(await read(given, { [name]: undefined })).toBeUndefined();
    },
  );

  test("with another status, or to another request, is not the origin's", async () => {
    const given = await reply();
    expect(await read(given, {}, 202)).toBeUndefined();
    const sent = await auth.sign({ ...REQUEST, nonce: `${REQUEST.nonce}-2` });
    expect(await read({ ...given, sent })).toBeUndefined();
    expect(await read({ ...given, headers: { ...given.sent.headers } })).toBeUndefined();
    expect(await read(given, { signature: undefined })).toBeUndefined();
  });

  test("does not give what was added on its way", async () => {
    const proven = await read(await reply(BODY, { etag: 'W/"1"' }), { "spillway-credit": "open" });
    expect(Object.fromEntries(proven?.headers ?? [])).toEqual({ etag: 'W/"1"' });
  });
});

describe("tokens change one after the other", () => {
  const [before, after] = [createEdgeAuth(TOKEN), createEdgeAuth(NEXT)];
  const both = createEdgeAuth(NEXT, TOKEN);

  test.each([
    ["neither", before, before],
    ["the origin first", before, both],
    ["the edge first", both, before],
    ["both in between", both, both],
    ["the origin has ended it", both, after],
    ["the edge has ended it", after, both],
    ["both have ended it", after, after],
  ])("%s: requests and replies are believed", async (_, edge, origin) => {
    const sent = await edge.sign(REQUEST);
    const asked = await verdict(sent, {}, origin);
    if (asked.kind !== "verified") throw new Error(asked.kind);
    const proof: Record<string, string> = await origin.prove(asked, {
      status: 200,
      header: () => undefined,
      body: BODY,
      nowMs: NOW_MS,
    });
    expect(await edge.verifyReply(sent, { status: 200, header: (name) => proof[name] })).toBeDefined();
  });

  test("a request that is signed with both has one nonce, so that either signature uses it up", async () => {
    const sent = await both.sign(REQUEST);
    const nonces = [await verdict(sent, {}, before), await verdict(sent, {}, after)].map((one) =>
      one.kind === "verified" ? one.nonce : undefined,
    );
    expect(nonces).toEqual([REQUEST.nonce, REQUEST.nonce]);
  });

  test("the token that has ended opens nothing", async () => {
    expect(await verdict(await before.sign(REQUEST), {}, after)).toMatchObject({ kind: "refused" });
  });
});

test("a short token is a configuration error", () => {
  expect(() => createEdgeAuth("short")).toThrow(/16 characters/);
  expect(() => createEdgeAuth(TOKEN, "short")).toThrow(/16 characters/);
});
