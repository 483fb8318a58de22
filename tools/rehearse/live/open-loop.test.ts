import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openConnections, type PlannedVisit } from "./open-loop.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connect(signal = new AbortController().signal) {
  const connections = openConnections(signal);
  onTestFinished(connections.close);
  return connections;
}

const run = () => ({
  startMs: performance.now(),
  onSent: () => undefined,
});
const visits = (edge: string, count: number): PlannedVisit[] =>
  Array.from({ length: count }, (_, at) => ({ path: `/${at}`, headers: {}, atMs: at * 2, edge }));

test("requests are sent whether or not those before have been answered", async () => {
  const held: (() => void)[] = [];
  const edge = await serve((_, response) => {
    held.push(() => response.end());
    if (held.length === 20) for (const answer of held) answer();
  });
  const outcomes = await connect().sendAll(visits(edge, 20), run());
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
});

test("latency counts from the intended time, however late the request was sent", async () => {
  const edge = await serve((_, response) => response.end());
  const lateMs = 3000;
  const [outcome] = await connect().sendAll(visits(edge, 1), {
    ...run(),
    startMs: performance.now() - lateMs,
  });
  expect(outcome?.lagMs).toBeGreaterThanOrEqual(lateMs);
  expect(outcome?.latencyMs).toBeGreaterThanOrEqual(outcome?.lagMs ?? Infinity);
});

test("a response tells how and why it was served", async () => {
  const served = 'cluster;reason=over-threshold;cluster="esp";generation=1';
  const edge = await serve((_, response) => response.writeHead(200, { "Spillway-Served": served }).end());
  expect(await connect().sendAll(visits(edge, 1), run())).toMatchObject([
    { status: 200, servedAs: "cluster", reason: "over-threshold" },
  ]);
});

test("a connection that is refused is an outcome with status 0", async () => {
  expect(await connect().sendAll(visits("http://127.0.0.1:1", 1), run())).toMatchObject([{ status: 0 }]);
});

test("a response that breaks off is an outcome with status 0", async () => {
  const edge = await serve((_, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("half");
    setTimeout(() => response.destroy(), 5);
  });
  expect(await connect().sendAll(visits(edge, 1), run())).toMatchObject([{ status: 0 }]);
});

test("an idle connection that the server has closed is replaced by another, once", async () => {
  const perConnection = new Map<unknown, number>();
  const edge = await serve((request, response) => {
    const { socket } = request;
    const count = (perConnection.get(socket) ?? 0) + 1;
    perConnection.set(socket, count);
    if (count === 1) response.end();
    else socket.resetAndDestroy();
  });
  const connections = connect();
  await connections.sendAll(visits(edge, 1), run());
  // The agent frees a connection after the response's end.
  await new Promise((resolve) => setImmediate(resolve));
  expect(await connections.sendAll(visits(edge, 1), run())).toMatchObject([{ status: 200 }]);
  expect([...perConnection.values()]).toEqual([2, 1]);
});

test("an abort ends what waits to be sent, and what waits for its response", async () => {
  const controller = new AbortController();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const edge = await serve(() => ask());
  const connections = connect(controller.signal);
  const late = visits(edge, 1).map((visit) => ({ ...visit, atMs: 60_000 }));
  const endings = [connections.sendAll(late, run()), connections.sendAll(visits(edge, 1), run())].map(
    (sending) =>
      sending.then(
        () => "sent",
        () => "aborted",
      ),
  );
  await asked;
  controller.abort();
  expect(await Promise.all(endings)).toEqual(["aborted", "aborted"]);
});
