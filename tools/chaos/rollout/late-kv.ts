/** KV and queues in this process, which outlives those that it serves: edges see late what KV has taken. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { json, text } from "node:stream/consumers";

const AGAIN_AFTER_MS = 1000;

export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

export async function listening(answer: Answer): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** What the origin has written when, so that each edge may see it later. */
export function lateKv() {
  const written = new Map<string, { readonly atMs: number; readonly value: string }[]>();
  let isUp = true;
  const valueAt = (key: string, ms: number): string | undefined =>
    written.get(key)?.findLast(({ atMs }) => atMs <= ms)?.value;
  const forOrigin: Answer = async (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://kv");
    if (!isUp) return response.writeHead(503).end();
    if (request.method === "GET") {
      return give(response, valueAt(decodeURIComponent(pathname.split("/values/")[1] ?? ""), Date.now()));
    }
    const pairs = pathname.endsWith("/bulk")
      ? ((await json(request)) as { key: string; value: string }[])
      : [];
    for (const { key, value } of pairs) {
      written.set(key, [...(written.get(key) ?? []), { atMs: Date.now(), value }]);
    }
    return response.end(JSON.stringify({ success: true, errors: [], messages: [], result: null }));
  };
  return {
    setUp: (up: boolean): void => void (isUp = up),
    forOrigin,
    /** The protocol of workerd's KV bindings. */
    forEdge:
      (lagMs: number): Answer =>
      async (request, response) => {
        const { pathname } = new URL(request.url ?? "", "http://kv");
        return give(response, valueAt(decodeURIComponent(pathname.slice(1)), Date.now() - lagMs));
      },
  };
}

function give(response: ServerResponse, value: string | undefined): unknown {
  return value === undefined ? response.writeHead(404).end() : response.writeHead(200).end(value);
}

/** A queue with one consumer: what the edge sends it brings back to the edge, until it is taken. */
export function queueTo(deliverUrl: string): Answer {
  let sent = 0;
  const bring = async (queue: string, body: unknown): Promise<void> => {
    const id = String((sent += 1));
    for (let attempts = 1; ; attempts += 1) {
      const message = JSON.stringify({ queue, messages: [{ id, body, attempts }] });
      const answer = await fetch(deliverUrl, { method: "POST", body: message })
        .then(async (response) => (await response.json()) as { explicitAcks?: string[] })
        .catch(() => undefined);
      if (answer?.explicitAcks?.includes(id) === true) return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS).unref());
    }
  };
  return async (request, response) => {
    const queue = String(request.headers["queue"] ?? "");
    const bodies =
      request.url === "/batch"
        ? ((await json(request)) as { messages: { body: string }[] }).messages.map(({ body }) =>
            Buffer.from(body, "base64").toString(),
          )
        : [await text(request)];
    for (const body of bodies) void bring(queue, JSON.parse(body) as unknown);
    const metrics = { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: 0 };
    return response.end(JSON.stringify({ metadata: { metrics } }));
  };
}
