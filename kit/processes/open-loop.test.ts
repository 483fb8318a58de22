import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openLoop, type PlannedRequest } from "./open-loop.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open(signal?: AbortSignal) {
  const load = openLoop(({ status, bodyBytes }) => ({ status, bodyBytes }), signal);
  onTestFinished(load.close);
  return load;
}

const run = () => ({ startMs: performance.now() });
const requests = (server: string, count: number): PlannedRequest[] =>
  Array.from({ length: count }, (_, at) => ({ url: `${server}/${at}`, atMs: at * 2 }));
const ok = (bodyBytes = 0) => ({ result: { ok: true, answer: { status: 200, bodyBytes } } });

test("requests are sent whether or not those before have been answered", async () => {
  const held: (() => void)[] = [];
  const edge = await serve((_, response) => {
    held.push(() => response.end());
    if (held.length === 20) for (const answer of held) answer();
  });
  const outcomes = await open().sendAll(requests(edge, 20), run());
  expect(outcomes).toMatchObject(Array.from({ length: 20 }, () => ok()));
});

test("latency counts from the intended time, however late the request was sent", async () => {
  const edge = await serve((_, response) => response.end());
  const lateMs = 3000;
  const [outcome] = await open().sendAll(requests(edge, 1), {
    ...run(),
    startMs: performance.now() - lateMs,
  });
  expect(outcome?.lagMs).toBeGreaterThanOrEqual(lateMs);
  expect(outcome?.latencyMs).toBeGreaterThanOrEqual(outcome?.lagMs ?? Infinity);
});

test("an answer is what is read from the response", async () => {
  const edge = await serve((_, response) => response.end("seven b"));
  expect(await open().sendAll(requests(edge, 1), run())).toMatchObject([ok(7)]);
});

test("the next request is not asked for before the one before has been sent", async () => {
  const controller = new AbortController();
  let taken = 0;
  function* endless(): Generator<PlannedRequest> {
    for (;;) yield { url: `http://127.0.0.1:1/${(taken += 1)}`, atMs: 60_000 };
  }
  const sending = open(controller.signal).sendAll(endless(), run());
  controller.abort();
  await expect(sending).rejects.toThrow("aborted");
  expect(taken).toBe(1);
});

test("a connection that is refused is an outcome with its reason", async () => {
  expect(await open().sendAll(requests("http://127.0.0.1:1", 1), run())).toMatchObject([
    { result: { ok: false, reason: expect.stringMatching(/./) } },
  ]);
});

test("where the server has closed all idle connections, requests are repeated on new ones", async () => {
  const used = new Set<unknown>();
  const held: (() => void)[] = [];
  const edge = await serve(({ socket }, response) => {
    if (used.has(socket)) {
      socket.destroy();
      return;
    }
    used.add(socket);
    // All wait for the fifth, so that each has a connection of its own.
    held.push(() => response.end());
    if (held.length === 5) for (const answer of held.splice(0)) answer();
  });
  const load = open();
  await load.sendAll(requests(edge, 5), run());
  const again = await load.sendAll(requests(edge, 5), run());
  expect(again).toMatchObject(Array.from({ length: 5 }, () => ok()));
});

test("a response that breaks off is an outcome with its reason", async () => {
  const edge = await serve((_, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("half");
    setTimeout(() => response.destroy(), 5);
  });
  expect(await open().sendAll(requests(edge, 1), run())).toMatchObject([
    { result: { ok: false, reason: expect.stringMatching(/./) } },
  ]);
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
  const connections = open();
  await connections.sendAll(requests(edge, 1), run());
  // The agent frees a connection after the response's end.
  await new Promise((resolve) => setImmediate(resolve));
  expect(await connections.sendAll(requests(edge, 1), run())).toMatchObject([ok()]);
  expect([...perConnection.values()]).toEqual([2, 1]);
});

test("an abort ends what waits to be sent, and what waits for its response", async () => {
  const controller = new AbortController();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const edge = await serve(() => ask());
  const connections = open(controller.signal);
  const late = requests(edge, 1).map((one) => ({ ...one, atMs: 60_000 }));
  const endings = [connections.sendAll(late, run()), connections.sendAll(requests(edge, 1), run())].map(
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
