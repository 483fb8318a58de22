/** For tests: routes for operators, behind what finds out who calls. */
import { Hono } from "hono";
import { createConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import type { Database } from "@spillway/store/database.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { knowOperators } from "../src/http/operators/operator-access.ts";
import { EDGE_TOKEN } from "./test-edge.ts";

export const ADMIN_TOKEN = "admin-token-0123456789";

export type TestOperators = {
  readonly operatorStore: OperatorStore;
  readonly consoleSessions: ReturnType<typeof createConsoleSessions>;
  /** Mounts routes behind {@link knowOperators}. */
  readonly around: (...routes: readonly Hono[]) => Hono;
};

export function testOperators(database: Database, nowMs: () => number): TestOperators {
  const operatorStore = sqliteOperatorStore(database);
  const consoleSessions = createConsoleSessions(EDGE_TOKEN);
  const know = knowOperators({ operatorStore, consoleSessions, adminToken: ADMIN_TOKEN, nowMs });
  return {
    operatorStore,
    consoleSessions,
    around: (...routes) => routes.reduce((app, more) => app.route("/", more), new Hono().use(know)),
  };
}
