import { Validator } from "@cfworker/json-schema";
import { reset } from "cloudflare:test";
import { SignJWT } from "jose";
import { afterEach, expect, test } from "vitest";
import { createConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import { closed, violations, type Answer, type Validate } from "@spillway/shared/openapi/conformance.ts";
import { PROBLEM_KINDS } from "@spillway/shared/protocol/problem.ts";
import type { Bindings } from "../env.ts";
import {
  putIndex,
  putPage,
  putRouting,
  SOCIAL,
  testEdge,
  type OriginBehaviour,
} from "../../test/worker/test-edge.ts";
import { EDGE_DOCUMENT } from "./document.ts";

const DOCUMENT = closed(EDGE_DOCUMENT);
const SECRET = "a-secret-for-tests-of-at-least-32-characters";
const PLAY = JSON.stringify([{ id: "e1", type: "play", item: "i1" }]);
const VISITOR = "spillway_visitor=0e1ac6f0-4b7e-4c86-9d1f-7f6a7c1e2d3b";

afterEach(reset);

/** A validator that compiles nothing, since workerd has no `eval`. */
const validate: Validate = (schema, value) => {
  const { components } = DOCUMENT;
  const { valid, errors } = new Validator({ ...schema, components }, "2020-12", false).validate(value);
  return valid ? [] : errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
};

async function answerOf(request: Request, response: Response): Promise<Answer> {
  const { pathname: path } = new URL(request.url);
  const { status, headers } = response;
  return { method: request.method, path, status, headers, body: await response.text() };
}

type Call = {
  readonly path: string;
  readonly status: number;
  readonly origin?: OriginBehaviour;
  readonly bindings?: Partial<Bindings>;
  readonly init?: RequestInit;
};

async function tokenOf(user: string): Promise<string> {
  const key = new TextEncoder().encode(SECRET);
  return new SignJWT({ sub: user }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(key);
}

const post = (body: BodyInit, type = "application/json", headers: Record<string, string> = {}) => ({
  method: "POST",
  body,
  headers: { "content-type": type, ...headers },
});

async function calls(): Promise<Call[]> {
  const authorization = `Bearer ${await tokenOf("u1")}`;
  const tokens = { USER_TOKEN_KEYS: SECRET };
  const known = { headers: { authorization, cookie: VISITOR } };
  const refusing = { sendBatch: () => Promise.reject(new Error("full")) } as unknown as Bindings["EVENTS"];
  const page = "/recommendations?user=u1";
  return [
    { path: page, status: 200, origin: "ok" },
    { path: "/recommendations", status: 200, origin: "ok" },
    { path: page, status: 200, origin: "down", init: { headers: SOCIAL } },
    { path: page, status: 200, origin: "down", init: { method: "HEAD" } },
    { path: `${page}&context=search&q=goal`, status: 200, origin: "down", init: { headers: SOCIAL } },
    { path: `${page}&context=similar&item=x`, status: 200, origin: "down" },
    { path: "/recommendations?user=u1&context=live", status: 200, origin: "over-threshold" },
    { path: page, status: 304, origin: "ok", init: { headers: { "if-none-match": 'W/"individual-1"' } } },
    { path: "/recommendations?user=", status: 400 },
    { path: "/recommendations?context=radio", status: 404 },
    { path: "/recommendations?context=similar&item=x", status: 404, origin: "unknown-item" },
    { path: "/recommendations/compare?user=u1", status: 200, bindings: { COMPARE_PAGES: "true" } },
    { path: "/recommendations/compare?user=", status: 400, bindings: { COMPARE_PAGES: "true" } },
    { path: "/recommendations/compare?user=u1", status: 404 },
    { path: "/events?user=u1", status: 202, init: post(PLAY) },
    { path: "/events", status: 202, init: post(PLAY, "text/plain") },
    { path: "/events?user=u1", status: 202, init: post(`{"events":[${PLAY.slice(1, -1)},{"id":"e2"}]}`) },
    { path: "/events?user=u1", status: 400, init: post("[]") },
    { path: "/events?user=u1", status: 400, init: post('[{"id":"e2"}]') },
    { path: "/events?user=u1", status: 400, init: post("{") },
    { path: "/events?user=", status: 400, init: post(PLAY) },
    { path: "/events?user=u1", status: 413, init: post(" ".repeat(200_000)) },
    {
      path: "/events",
      status: 429,
      init: post(
        JSON.stringify(
          Array.from({ length: 21 }, (_, at) => ({ id: `e${at}`, type: "play", item: "i1", user: `u${at}` })),
        ),
      ),
    },
    { path: "/events?user=u1", status: 415, init: post(PLAY, "application/xml") },
    { path: "/events", status: 403, init: { ...post(PLAY), headers: { origin: "https://evil.example" } } },
    {
      path: "/events?user=u1",
      status: 503,
      origin: "down",
      bindings: { EVENTS: refusing },
      init: post(PLAY),
    },
    { path: "/identify", status: 403, init: post("", "text/plain") },
    { path: "/identify", status: 401, bindings: tokens, init: { method: "POST" } },
    {
      path: "/identify",
      status: 400,
      bindings: tokens,
      init: { method: "POST", headers: { authorization } },
    },
    { path: "/identify", status: 200, bindings: tokens, init: { method: "POST", ...known } },
    { path: "/identify", status: 200, bindings: tokens, init: { method: "DELETE", ...known } },
    { path: "/identify", status: 503, origin: "down", bindings: tokens, init: { method: "POST", ...known } },
    { path: "/metrics", status: 401 },
    { path: "/metrics", status: 200, init: { headers: { authorization: `Bearer ${operator()}` } } },
    { path: "/console/isolate", status: 401 },
    { path: "/console/isolate", status: 200, init: { headers: { authorization: `Bearer ${await pass()}` } } },
    { path: "/health", status: 200 },
    {
      path: "/health",
      status: 200,
      bindings: tokens,
      init: { headers: { authorization: `Bearer ${operator()}` } },
    },
  ];
}

function pass(): Promise<string> {
  return createConsoleSessions(operator()).seal({
    id: "0123456789abcdefABCD-_",
    name: "ada",
    role: "viewer",
    expiresMs: Date.now() + 60_000,
  });
}

function operator(): string {
  return testEdge("ok").bindings.EDGE_TOKEN ?? "";
}

test("every answer is one that the document describes", async () => {
  await putIndex();
  await putRouting({});
  for (const context of ["homepage", "live"])
    for (const id of ["generic", "esp.social"]) await putPage(id, context);
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const { path, status, origin = "ok", bindings = {}, init = {} } of await calls()) {
    const edge = testEdge(origin, bindings);
    const request = new Request(`http://edge.example${path}`, init);
    const answer = await answerOf(request, await edge.fetch(request));
    expect([path, answer.status]).toEqual([path, status]);
    wrong.push(...violations(DOCUMENT, answer, validate));
    seen.add(`${request.method} ${answer.path} ${status}`);
  }
  expect(wrong).toEqual([]);
  // The storefront's asset, and what the origin alone can cause.
  const unseen = [
    "GET /openapi.json 200",
    "HEAD /recommendations 304",
    "HEAD /recommendations 400",
    "HEAD /recommendations 404",
  ];
  const rare = [400, 401, 403, 409, 503].map((status) => `DELETE /identify ${status}`);
  const described = Object.entries(EDGE_DOCUMENT.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
  );
  expect(described.filter((one) => !seen.has(one)).toSorted()).toEqual(
    [...unseen, ...rare, "POST /identify 409"].toSorted(),
  );
});

test("a route or a method that there is not gets a problem too", async () => {
  for (const [path, method, status] of [
    ["/recommendation", "GET", 404],
    ["/events", "GET", 405],
  ] as const) {
    const response = await testEdge("ok").get(path, {}, method);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(validate({ $ref: "#/components/schemas/Problem" }, await response.json())).toEqual([]);
    expect(response.status).toBe(status);
  }
});

test("the check finds what is wrong", () => {
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "private",
    "x-odd": "1",
  });
  const problem = {
    type: "/problems/not-found",
    title: PROBLEM_KINDS[404][1],
    status: 404,
    detail: "",
    errors: [],
    extra: 1,
  };
  const answer = {
    method: "GET",
    path: "/recommendations",
    status: 404,
    headers,
    body: JSON.stringify(problem),
  };
  const found = violations(DOCUMENT, answer, validate).join("\n");
  for (const part of [
    "Cache-Control",
    "X-Content-Type-Options is missing",
    "x-odd is not described",
    "/detail",
    "extra",
  ]) {
    expect(found).toContain(part);
  }
  expect(violations(DOCUMENT, { ...answer, status: 418 }, validate)).toEqual([
    "GET /recommendations 418: the document has no such response",
  ]);
});
