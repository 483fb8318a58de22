/**
 * An origin over real HTTP whose behaviour the address chooses: `/<run>/<behaviour>/recommendations`. It
 * keeps nothing between runs but what `/<run>/log` tells. vitest starts it in Node, since workerd cannot
 * listen.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { TestProject } from "vitest/node";
import { pageJson } from "@spillway/shared/protocol/page.ts";
import { matchesDigest } from "@spillway/shared/protocol/signatures/content-digest.ts";
import { createEdgeAuth } from "@spillway/shared/protocol/signatures/edge-auth.ts";
import { viewerText } from "./test-viewer.ts";
import type { VerifiedRequest } from "@spillway/shared/protocol/signatures/request-signature.ts";

const TOKEN = "a-token-for-tests-only";
export const INDIVIDUAL_ETAG = 'W/"individual-1"';
function individualPage(context: string): string {
  const items = [{ id: "i1", title: "One", kind: "movie" as const }];
  const head = { context, cluster: "esp.social", generation: 7, builtAt: "2026-07-10T18:00:00.000Z" };
  return pageJson(head, JSON.stringify([{ id: "for-you", title: "For you", items }]));
}
/** A few kilobytes that become eight megabytes. */
const BOMB = gzipSync(Buffer.alloc(8 * 1024 * 1024, " "));
const PAGE_HEADERS = {
  "spillway-served": "individual;reason=admitted",
  "content-type": "application/json",
} as const;
const SLOW_MS = 1500;
export const SECOND_INSTANCE = "second-start";
/** What the queues' consumers post to. */
const EVENT_ROUTES: ReadonlySet<string> = new Set(["events", "dead-letters", "serving-log"]);

export type LoggedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const logs = new Map<string, LoggedRequest[]>();
const auth = createEdgeAuth(TOKEN);
const stranger = createEdgeAuth("a-token-of-somebody-else");

declare module "vitest" {
  // An alias can't add to the framework's own declaration.
  // oxlint-disable-next-line typescript/consistent-type-definitions
  interface ProvidedContext {
    origin: { readonly url: string; readonly token: string };
  }
}

// The form that vitest asks for.
// oxlint-disable-next-line import/no-default-export
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(599).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  provide("origin", { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: TOKEN });
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://origin");
  const [, run = "", behaviour = "", route = ""] = url.pathname.split("/");
  if (behaviour === "log") {
    response.end(JSON.stringify(logs.get(run) ?? []));
    return;
  }
  const body = await readBody(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const logged = { method: request.method ?? "", url: `/${route}${url.search}`, headers, body };
  logs.set(run, [...(logs.get(run) ?? []), logged]);
  const checked = await auth.verify({
    method: logged.method,
    target: logged.url,
    header: (name) => headers[name],
  });
  const isSigned =
    checked.kind === "verified" && (await matchesDigest(checked.digest, new TextEncoder().encode(body)));
  if (!isSigned) {
    response.writeHead(401).end();
    return;
  }
  const reply = replyOf(behaviour, route, url, headers, body);
  await send(behaviour, checked, reply, response);
}

type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
};

function replyOf(
  behaviour: string,
  route: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
): Reply {
  // The first process knows its own name alone: `restarted` has another one by now.
  if (behaviour === "restarted" && headers["spillway-instance"] !== SECOND_INSTANCE) {
    return { status: 401, headers: { "spillway-instance": SECOND_INSTANCE }, body: "{}" };
  }
  // It names another process each time.
  if (behaviour === "confused") {
    return { status: 401, headers: { "spillway-instance": crypto.randomUUID() }, body: "{}" };
  }
  if (route === "health") return { status: behaviour === "error" ? 503 : 200, body: "{}" };
  if (route === "identify") {
    return behaviour === "error" ? { status: 500 } : { status: 200, body: '{"outcome":"linked"}' };
  }
  return EVENT_ROUTES.has(route) ? takeEvents(behaviour, body) : recommend(behaviour, url, headers);
}

async function send(
  behaviour: string,
  request: VerifiedRequest,
  { status, headers = {}, body = "" }: Reply,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (behaviour !== "unproven") {
    const proof = await (behaviour === "forged" ? stranger : auth).prove(
      behaviour === "forged" ? await strangersQuestion() : request,
      {
        status,
        header: (name) => response.getHeader(name)?.toString(),
        body: Buffer.from(body),
        nowMs: Date.now(),
      },
    );
    for (const [name, value] of Object.entries(proof)) response.setHeader(name, value);
  }
  // What is done to a reply on its way.
  if (behaviour === "other-credit") response.setHeader("Spillway-Credit", "share;rate=9.000;lease=9000");
  if (behaviour === "other-body") response.writeHead(status).end(body.toString().replace("One", "Two"));
  else if (behaviour === "slow") setTimeout(() => response.writeHead(status).end(body), SLOW_MS).unref();
  else if (behaviour === "slow-body") {
    response.writeHead(status).write(body.slice(0, 10));
    setTimeout(() => response.end(body.slice(10)), SLOW_MS).unref();
  } else if (behaviour === "broken-body") {
    response.writeHead(status, { "content-length": String(body.length) }).write(body.slice(0, 10));
    setTimeout(() => response.destroy(), 20);
  } else if (behaviour === "endless-body") {
    const more = setInterval(() => response.write("x".repeat(256 * 1024)), 1);
    response.writeHead(status).on("close", () => clearInterval(more));
  } else response.writeHead(status).end(body);
}

async function strangersQuestion(): Promise<VerifiedRequest> {
  const request = { method: "GET", target: "/" };
  const sent = await stranger.sign({
    ...request,
    headers: {},
    nowMs: Date.now(),
    nonce: crypto.randomUUID(),
  });
  const checked = await stranger.verify({ ...request, header: (name) => sent.headers[name] });
  if (checked.kind !== "verified") throw new Error("the stranger's own signature must hold");
  return checked;
}

function recommend(behaviour: string, url: URL, headers: Readonly<Record<string, string>>): Reply {
  const cluster = url.searchParams.get("cluster") ?? "";
  switch (behaviour) {
    case "over-threshold":
      return { status: 429 };
    case "bomb":
      return { status: 200, headers: { ...PAGE_HEADERS, "content-encoding": "gzip" }, body: BOMB };
    case "not-a-page":
      return { status: 200, headers: PAGE_HEADERS, body: '{"carousels":[]}' };
    case "another-context":
      return { status: 200, headers: PAGE_HEADERS, body: individualPage("radio") };
    case "html":
      return {
        status: 200,
        headers: { ...PAGE_HEADERS, "content-type": "text/html" },
        body: individualPage("homepage"),
      };
    case "not-modified":
      return { status: 304, headers: { ...PAGE_HEADERS, etag: INDIVIDUAL_ETAG } };
    case "no-content":
      return { status: 204, headers: PAGE_HEADERS };
    case "odd-headers":
      return {
        status: 200,
        headers: {
          ...PAGE_HEADERS,
          etag: "no quotes",
          "spillway-now": "yesterday",
          "spillway-viewer": "<script>; Domain=evil.example",
          "server-timing": `x;desc="${"y".repeat(5000)}"`,
          "set-cookie": ["spillway_viewer=AQ; Domain=evil.example", "session=1"],
          "cache-control": "public, max-age=31536000",
        },
        body: individualPage("homepage"),
      };
    case "error":
      return { status: 500, body: "no" };
    case "redirect":
      return { status: 302, headers: { location: "/somewhere/ok/recommendations" } };
    case "unknown-item":
      return {
        status: 404,
        headers: { "content-type": "application/problem+json" },
        body: '{"status":404,"detail":"no","errors":[{"key":"item","reason":"is not in the catalogue"}]}',
      };
    default: {
      const known = headers["if-none-match"] === INDIVIDUAL_ETAG;
      return {
        status: known ? 304 : 200,
        headers: {
          "spillway-served": `individual;reason=admitted;cluster="${cluster}"`,
          etag: INDIVIDUAL_ETAG,
          "spillway-now": "2026-07-10T18:00:00.000Z",
          // Titles 1 and 2, folded.
          "spillway-viewer": viewerText(url.searchParams.get("user") ?? "", TOKEN, { watched: [1, 2] }),
          "server-timing": "proxy;dur=9, origin;dur=1.25",
          // A load balancer's.
          "set-cookie": "sticky=1",
          ...(behaviour === "small-share" && { "spillway-credit": "share;rate=2.000;lease=10000" }),
          ...(behaviour === "aborted" && { "spillway-rollout": "r13;aborted" }),
          ...(["share", "other-credit"].includes(behaviour) && {
            "spillway-credit": "share;rate=0.000;lease=10000",
          }),
          ...(!known && { "content-type": "application/json" }),
        },
        ...(!known && { body: individualPage(url.searchParams.get("context") ?? "") }),
      };
    }
  }
}

function takeEvents(behaviour: string, body: string): Reply {
  if (behaviour === "error") return { status: 503 };
  if (behaviour === "over-threshold") return { status: 429 };
  if (body.includes('"item":"poison"')) return { status: 400, body: '{"status":400,"detail":"poison"}' };
  return { status: 202, body: "{}" };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
