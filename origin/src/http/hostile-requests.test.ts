/** Requests over real sockets to the origin: malformed ones are the caller's fault, and no error of ours. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { askRaw, hostileRequests } from "@spillway/kit/processes/raw-http.ts";
import { createConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { signatureDeps } from "../../test/test-edge.ts";
import { createFetch, type AppDeps } from "../app.ts";
import type { Log } from "../monitoring/log.ts";
import { createMetrics } from "../monitoring/metrics.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import { createTimeBudget } from "../serving/gate/time-budget.ts";
import { NO_ROLLOUTS } from "../../test/test-rollouts.ts";

const TOKEN = "admin-token-0123456789";

function silent(): void {
  // Only errors count here.
}

test("whatever comes, no answer is an error of ours, and none is logged", async () => {
  const errors: string[] = [];
  const log: Log = {
    debug: silent,
    info: silent,
    warn: silent,
    error: (message) => void errors.push(message),
  };
  const database = openForTest();
  const fetch = createFetch({
    config: {
      host: "127.0.0.1",
      allowedHosts: [],
      allowedOrigins: [],
      adminToken: TOKEN,
      edgeTokens: [TOKEN],
    },
    rollouts: NO_ROLLOUTS as unknown as AppDeps["rollouts"],
    database,
    servingLog: openServingLog(":memory:"),
    operatorStore: sqliteOperatorStore(database),
    consoleSessions: createConsoleSessions(TOKEN),
    ...signatureDeps(Date.now),
    metrics: createMetrics(),
    log,
    eventsBudget: createTimeBudget(1, () => performance.now()),
    cycle: () => undefined,
    contentNowMs: Date.now,
    // The page itself is not what this is about.
    gate: {
      request: () => ({ gate: { admitted: false, reason: "rate" }, credit: undefined }),
      mode: () => "auto",
    },
    recommender: {
      storedPage: () => ({ kind: "refused", status: 404, key: "context", reason: "is unknown" }),
    },
  } as unknown as AppDeps);
  const server = serve({ fetch, hostname: "127.0.0.1", port: 0 });
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  for (const request of hostileRequests(`127.0.0.1:${port}`)) {
    const line = await askRaw(port, Buffer.from(request, "latin1"));
    expect([request.slice(0, 80), line]).toEqual([
      request.slice(0, 80),
      expect.stringMatching(/^(HTTP\/1.1 [124]\d\d .*)?$/),
    ]);
  }
  expect(errors).toEqual([]);
});
