/** The REST adapter against a real HTTP server that speaks the dialect, and misspeaks it. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cloudflareRestKv } from "./cloudflare-rest.ts";
import { KvError } from "./kv-namespace.ts";

/** `silent`: the server takes the request and never answers. */
type Answer = { readonly status: number; readonly body: string; readonly silent?: true };

/** Where the deadline is not the subject, no machine is so busy that it ends. */
const PATIENT_MS = 60_000;

const GOOD: Answer = { status: 200, body: '{"success":true,"errors":[],"messages":[],"result":{}}' };
let answer: Answer;
let seen: { method: string | undefined; url: string | undefined; token: string | undefined; body: unknown };
let server: Server;
let apiBase: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const { method, url, headers } = request;
      seen = { method, url, token: headers.authorization, body: text === "" ? undefined : JSON.parse(text) };
      if (answer.silent !== true) response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4/accounts/a`;
});
beforeEach(() => {
  answer = GOOD;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

const kv = (apiToken?: string, deadlineMs = PATIENT_MS) =>
  cloudflareRestKv({ apiBase, namespaceId: "ns/1", apiToken, deadlineMs });

describe("cloudflareRestKv", () => {
  test("writes pairs with their metadata in one call, and deletes keys", async () => {
    const pairs = [{ key: "page:homepage:esp", value: "{}", metadata: { generation: 1 } }];
    await kv("secret").putMany(pairs);
    expect(seen).toEqual({
      method: "PUT",
      url: "/client/v4/accounts/a/storage/kv/namespaces/ns%2F1/bulk",
      token: "Bearer secret",
      body: pairs,
    });
    await kv().deleteMany(["a"]);
    expect(seen).toMatchObject({ method: "POST", token: undefined, body: ["a"] });
    expect(seen.url).toMatch(/\/bulk\/delete$/);
  });

  test("writes bytes as base64, and says so", async () => {
    const bytes = Uint8Array.of(9, 0, 255, 1);
    await kv().putMany([{ key: "pack", value: bytes.subarray(1), metadata: { contentHash: "h" } }]);
    expect(seen.body).toEqual([{ key: "pack", metadata: { contentHash: "h" }, value: "AP8B", base64: true }]);
  });

  test("reads a value as it is, and tells a missing one", async () => {
    answer = { status: 200, body: "any text" };
    expect(await kv().get("page:homepage:esp")).toBe("any text");
    expect(seen).toMatchObject({
      method: "GET",
      url: "/client/v4/accounts/a/storage/kv/namespaces/ns%2F1/values/page%3Ahomepage%3Aesp",
    });
    answer = { status: 404, body: '{"success":false}' };
    expect(await kv().get("nope")).toBeUndefined();
    answer = { status: 500, body: "oops" };
    await expect(kv().get("nope")).rejects.toBeInstanceOf(KvError);
  });

  test.each<[string, Answer, RegExp]>([
    ["an error status", { status: 403, body: "denied" }, /answered 403: denied/],
    [
      "a failure with status 200",
      { status: 200, body: '{"success":false,"errors":[{"code":1}]}' },
      /answered 200/,
    ],
    ["what is not JSON", { status: 200, body: "<html>" }, /answered 200: <html>/],
  ])("%s is an error that says so", async (_, wrong, message) => {
    answer = wrong;
    await expect(kv().putMany([{ key: "k", value: "v" }])).rejects.toThrow(message);
    await expect(kv().putMany([{ key: "k", value: "v" }])).rejects.toBeInstanceOf(KvError);
  });

  test("silence is an error when the deadline ends", async () => {
    answer = { ...GOOD, silent: true };
    const written = kv(undefined, 20).putMany([{ key: "k", value: "v" }]);
    await expect(written).rejects.toThrow(/cannot be reached/);
    await expect(written).rejects.toBeInstanceOf(KvError);
  });

  test("nobody there is an error that names the address", async () => {
    const nowhere = cloudflareRestKv({
      apiBase: "http://127.0.0.1:1",
      namespaceId: "n",
      apiToken: undefined,
      deadlineMs: PATIENT_MS,
    });
    await expect(nowhere.putMany([])).rejects.toThrow(/http:\/\/127\.0\.0\.1:1.*cannot be reached/);
  });
});
