import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { expect, onTestFinished, test, vi } from "vitest";
import { createConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { signatureDeps } from "../../test/test-edge.ts";
import { createApp, type AppDeps } from "../app.ts";
import type { Log } from "../monitoring/log.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import { NO_ROLLOUTS } from "../../test/test-rollouts.ts";

const TOKEN = "admin-token-0123456789";
const ROUTES = [
  "POST /events?user=u1",
  "PUT /editorial/pins",
  "PATCH /catalogue",
  "PUT /routing",
  "POST /routing/rollback",
  "POST /identify",
  "DELETE /identify",
];
const BODIES = {
  "with a length": "content-length: 1000\r\n\r\n{",
  "in chunks": "transfer-encoding: chunked\r\n\r\n5\r\n{    \r\n",
  "in a chunk that is none": "transfer-encoding: chunked\r\n\r\nzz\r\n",
};

async function setUp() {
  const lines: [level: string, message: string][] = [];
  const write =
    (level: string) =>
    (message: string): void =>
      void lines.push([level, message]);
  const log: Log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const metrics = createMetrics();
  const database = openForTest();
  const app = createApp({
    config: {
      host: "127.0.0.1",
      allowedHosts: [],
      allowedOrigins: [],
      adminToken: TOKEN,
      edgeTokens: [TOKEN],
    },
    gate: { capacity: () => ({ instances: 1, maxInFlight: 64, answerMs: 6 }) },
    rollouts: NO_ROLLOUTS as unknown as AppDeps["rollouts"],
    database,
    servingLog: openServingLog(":memory:"),
    operatorStore: sqliteOperatorStore(database),
    consoleSessions: createConsoleSessions(TOKEN),
    ...signatureDeps(Date.now),
    metrics,
    log,
    // Nothing else is used before a body is complete.
  } as unknown as AppDeps);
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const begin = (route: string, body: string, leave: "end" | "destroy" | "resetAndDestroy") => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`${route} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${TOKEN}\r\n`);
      socket.write(`content-type: application/json\r\n${body}`, () => setTimeout(() => socket[leave](), 20));
    });
    socket.on("error", () => undefined);
    socket.resume();
  };
  const gone = async (): Promise<number> => (await metrics.clientsGone.get()).values[0]?.value ?? 0;
  return { lines, begin, gone };
}

test.each(Object.keys(BODIES) as (keyof typeof BODIES)[])(
  "a client that leaves in the middle of a body %s is counted, and no error is logged",
  async (kind) => {
    const { lines, begin, gone } = await setUp();
    const ways = ["end", "destroy", "resetAndDestroy"] as const;
    for (const route of ROUTES) for (const way of ways) begin(route, BODIES[kind], way);
    await vi.waitFor(async () => expect(await gone()).toBe(ROUTES.length * ways.length), 20_000);
    expect(new Set(lines.map(([level]) => level))).toEqual(new Set(["debug"]));
  },
);
