/** A proxy between edge and origin, from which a delivery's progress can be seen and stopped. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

/**
 * `received`: the origin has been sent the whole body. `answered`: it has committed and said so; the edge
 * knows nothing of it.
 */
export type Stage = "received" | "answered";

export type OriginProxy = {
  /**
   * When the next delivery of events is at this stage, `act` runs; the answer goes on to the edge only if
   * `act` ran before it.
   */
  readonly at: (stage: Stage, act: () => Promise<void>) => void;
  readonly disarm: () => void;
  readonly close: () => void;
};

export function startOriginProxy(port: number, originPort: number): OriginProxy {
  let armed: { readonly stage: Stage; readonly act: () => Promise<void> } | undefined;
  const isAt = (stage: Stage, request: IncomingMessage) => {
    if (armed?.stage !== stage || request.url !== "/events") return undefined;
    const { act } = armed;
    armed = undefined;
    return act;
  };
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const { host: _host, connection: _connection, "content-length": _length, ...headers } = request.headers;
    const answering = fetch(`http://127.0.0.1:${originPort}${request.url}`, {
      method: request.method ?? "GET",
      headers: headers as Record<string, string>,
      ...(body.length > 0 && { body }),
    });
    const [answer] = await Promise.all([answering, isAt("received", request)?.()]);
    const content = Buffer.from(await answer.arrayBuffer());
    const answered = answer.status === 202 ? isAt("answered", request) : undefined;
    if (answered !== undefined) {
      await answered();
      return void response.destroy();
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(content);
  };
  const server = createServer((request, response) => {
    // The origin is gone, or the edge is: the connection ends, as it would without us.
    forward(request, response).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  return {
    at: (stage, act) => (armed = { stage, act }),
    disarm: () => (armed = undefined),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
