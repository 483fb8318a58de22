/**
 * One KV for many Miniflare instances, each of which has a KV of its own: speaks the REST dialect that the
 * origin publishes in (Cloudflare's "Write multiple key-value pairs"), and passes everything on to all of
 * them.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { KV_KEY, pageKey } from "@spillway/shared/protocol/wire.ts";

/**
 * What a rehearsal asks for. The other contexts' pages are taken and dropped, which spares the machine their
 * copies.
 */
const WANTED: ReadonlySet<string> = new Set(Object.values(KV_KEY));
const WANTED_PAGES = pageKey("homepage", "");

export type KvFanOut = {
  /** The origin gets this as `KV_API_BASE`. */
  readonly apiBase: string;
  /** Makes it write to the KV of these instances from now on. */
  readonly setTargets: (apiBases: readonly string[]) => void;
  readonly close: () => Promise<void>;
};

/** It answers 502 until it has targets, like a KV that is away; the origin tries again. */
export async function openKvFanOut(): Promise<KvFanOut> {
  let targets: readonly string[] = [];
  const server = createServer((request, response) => {
    relay(targets, request, response).catch((error: unknown) => {
      response.writeHead(502).end(`a Miniflare instance's KV failed: ${String(error)}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    apiBase: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setTargets: (apiBases) => {
      targets = apiBases;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * The instances hold the same, so that any one's answer is everybody's; the first that refuses speaks for
 * all.
 */
async function relay(
  targets: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const reads = method === "GET";
  const body = reads ? undefined : JSON.stringify(wantedOf(await json(request)));
  const answers = await Promise.all(
    (reads ? targets.slice(0, 1) : targets).map(async (base) => {
      const answer = await fetch(`${base}${url}`, {
        method,
        ...(body !== undefined && { body, headers: { "content-type": "application/json" } }),
      });
      return { ok: answer.ok, status: answer.status, text: await answer.text() };
    }),
  );
  const answer = answers.find(({ ok }) => !ok) ?? answers[0];
  response.writeHead(answer?.status ?? 502).end(answer?.text);
}

/** What matters of a bulk write's pairs, or of a bulk delete's keys. */
export function wantedOf(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  return body.filter((entry: string | { readonly key: string }) => {
    const key = typeof entry === "string" ? entry : entry.key;
    return WANTED.has(key) || key.startsWith(WANTED_PAGES);
  });
}
