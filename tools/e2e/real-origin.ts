/**
 * For tests: a real origin process of its own data and tokens, and an edge's calls to it through a recorder.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { REPOSITORY } from "@spillway/cli/test/start-spillway.ts";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { isServing, untilReady } from "@spillway/kit/processes/until-ready.ts";

const START_WITHIN_MS = 300_000;

export type RealOrigin = { readonly url: string; readonly kill: () => Promise<void> };

/**
 * It listens on every address, so that each of its routes needs a token or a signature. Nothing listens where
 * it would publish.
 */
export async function startOrigin(
  tokens: Readonly<Record<string, string>>,
  data = temporaryFolder(),
): Promise<RealOrigin> {
  const port = await freePort();
  const origin = startProcess({
    args: [join(REPOSITORY, "origin/src/index.ts")],
    environment: {
      ORIGIN_HOST: "0.0.0.0",
      ORIGIN_PORT: String(port),
      EDGE_PORT: String(await freePort()),
      ADMIN_TOKEN: "test-admin-token-0123456789",
      SPILLWAY_DATA: data,
      LOG_LEVEL: "error",
      ...tokens,
    },
  });
  onTestFinished(origin.stop);
  const url = `http://127.0.0.1:${port}`;
  await untilReady("the origin", origin, () => isServing(`${url}/health`), { withinMs: START_WITHIN_MS });
  return { url, kill: origin.kill };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "spillway-e2e-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export type Recorded = {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type Recorder = {
  readonly url: string;
  readonly taken: readonly Recorded[];
  /** Statuses of the origin's answers. */
  readonly statuses: readonly number[];
  /** Undefined: what comes is kept, and goes no further. */
  readonly forwardTo: (originUrl: string | undefined) => void;
};

/** Who sits between edge and origin. */
export async function startRecorder(): Promise<Recorder> {
  const [taken, statuses]: [Recorded[], number[]] = [[], []];
  let to: string | undefined;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url: target = "", headers } = request;
    const recorded = {
      method,
      target,
      headers: headers as Record<string, string>,
      body: await buffer(request),
    };
    taken.push(recorded);
    if (to === undefined) return void response.destroy();
    const answer = await send(to, recorded);
    statuses.push(answer.status);
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, taken, statuses, forwardTo: (originUrl) => (to = originUrl) };
}

/** Sends what was recorded to an origin, or what somebody has made of it. */
export function send(originUrl: string, { method, target, headers, body }: Recorded): Promise<Response> {
  const { host: _host, connection: _connection, "content-length": _length, ...rest } = headers;
  const { "transfer-encoding": _encoding, ...sent } = rest;
  const mayHaveBody = body.length > 0 && method !== "GET" && method !== "HEAD";
  return fetch(`${originUrl}${target}`, {
    method,
    headers: sent,
    ...(mayHaveBody && { body: new Uint8Array(body) }),
  });
}
