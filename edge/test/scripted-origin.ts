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
import { createEdgeAuth } from "@spillway/shared/protocol/edge-auth.ts";

const TOKEN = "a-token-for-tests-only";
export const INDIVIDUAL_ETAG = 'W/"individual-1"';
function individualPage(context: string): string {
  const items = [{ id: "i1", title: "One", kind: "movie" as const }];
  const head = { context, cluster: "esp.social", generation: 7, builtAt: "2026-07-10T18:00:00.000Z" };
  return pageJson(head, JSON.stringify([{ id: "for-you", title: "For you", items }]));
}
/** A few kilobytes that become eight megabytes. */
const BOMB = gzipSync(Buffer.alloc(8 * 1024 * 1024, " "));
const SLOW_MS = 1500;
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
  const verified =
    EVENT_ROUTES.has(route) || route === "identify"
      ? await auth.verify(route === "identify" ? "identify" : "events", headers["spillway-edge"], Date.now())
      : await auth.verify(
          "recommendations",
          headers["spillway-admit"],
          Date.now(),
          headers["spillway-demand"],
        );
  if (verified === undefined) {
    response.writeHead(401).end();
    return;
  }
  if (behaviour !== "unproven") {
    const credit = behaviour === "share" ? "share;rate=0.000;lease=10000" : undefined;
    const proof = await (behaviour === "forged" ? stranger : auth).prove(verified.nonce, credit);
    if (credit !== undefined) response.setHeader("Spillway-Credit", credit);
    response.setHeader("Spillway-Proof", proof);
  }
  if (route === "identify") identify(behaviour, response);
  else if (EVENT_ROUTES.has(route)) takeEvents(behaviour, body, response);
  else recommend(behaviour, url, headers, response);
}

function headersOfAPage(response: ServerResponse): void {
  response.setHeader("Spillway-Served", "individual;reason=admitted");
  response.setHeader("content-type", "application/json");
}

function recommend(
  behaviour: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  response: ServerResponse,
): void {
  const cluster = url.searchParams.get("cluster") ?? "";
  const send = (): void => {
    response.setHeader("Spillway-Served", `individual;reason=admitted;cluster="${cluster}"`);
    response.setHeader("ETag", INDIVIDUAL_ETAG);
    response.setHeader("Spillway-Now", "2026-07-10T18:00:00.000Z");
    response.setHeader("Server-Timing", "origin;dur=1.25");
    response.setHeader("Set-Cookie", ["spillway_profile=v1.drama.fresh.casual; Path=/; HttpOnly", "other=1"]);
    if (headers["if-none-match"] === INDIVIDUAL_ETAG) response.writeHead(304).end();
    else {
      const page = individualPage(url.searchParams.get("context") ?? "");
      response.writeHead(200, { "content-type": "application/json" }).end(page);
    }
  };
  switch (behaviour) {
    case "over-threshold":
      response.writeHead(429).end();
      break;
    case "bomb":
      headersOfAPage(response);
      response.setHeader("content-encoding", "gzip");
      response.writeHead(200).end(BOMB);
      break;
    case "not-a-page":
      headersOfAPage(response);
      response.writeHead(200).end('{"carousels":[]}');
      break;
    case "another-context":
      headersOfAPage(response);
      response.writeHead(200).end(individualPage("radio"));
      break;
    case "html":
      headersOfAPage(response);
      response.setHeader("content-type", "text/html");
      response.writeHead(200).end(individualPage("homepage"));
      break;
    case "not-modified":
      headersOfAPage(response);
      response.setHeader("ETag", INDIVIDUAL_ETAG);
      response.writeHead(304).end();
      break;
    case "no-content":
      headersOfAPage(response);
      response.writeHead(204).end();
      break;
    case "odd-headers":
      headersOfAPage(response);
      response.setHeader("ETag", "no quotes");
      response.setHeader("Spillway-Now", "yesterday");
      response.setHeader("Server-Timing", `x;desc="${"y".repeat(5000)}"`);
      response.setHeader("Set-Cookie", ["spillway_profile=<script>; Domain=evil.example", "session=1"]);
      response.setHeader("Cache-Control", "public, max-age=31536000");
      response.writeHead(200).end(individualPage("homepage"));
      break;
    case "slow":
      setTimeout(send, SLOW_MS).unref();
      break;
    case "slow-body":
      response.setHeader("Spillway-Served", "individual;reason=admitted");
      response.writeHead(200).write('{"individual":');
      setTimeout(() => response.end("true}"), SLOW_MS).unref();
      break;
    case "broken-body":
      response.setHeader("Spillway-Served", "individual;reason=admitted");
      response.writeHead(200, { "content-length": "100" }).write('{"individual":');
      setTimeout(() => response.destroy(), 20);
      break;
    case "error":
      response.writeHead(500).end("no");
      break;
    case "redirect":
      response.writeHead(302, { location: "/somewhere/ok/recommendations" }).end();
      break;
    case "unknown-item":
      response
        .writeHead(404, { "content-type": "application/problem+json" })
        .end('{"status":404,"detail":"no","errors":[{"key":"item","reason":"is not in the catalogue"}]}');
      break;
    default:
      send();
  }
}

function takeEvents(behaviour: string, body: string, response: ServerResponse): void {
  if (behaviour === "error") response.writeHead(503).end();
  else if (behaviour === "over-threshold") response.writeHead(429).end();
  else if (body.includes('"item":"poison"')) response.writeHead(400).end('{"status":400,"detail":"poison"}');
  else response.writeHead(202).end("{}");
}

function identify(behaviour: string, response: ServerResponse): void {
  if (behaviour === "error") response.writeHead(500).end();
  else response.writeHead(200).end('{"outcome":"linked"}');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
