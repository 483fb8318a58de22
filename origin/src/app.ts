/** The origin's routes, mounted. */
import { Hono } from "hono";
import type { EdgeAuth } from "@spillway/shared/edge-auth.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { requireTokenUnlessLoopback } from "./routes/auth.ts";
import { catalogueRoutes, type CatalogueDeps } from "./routes/catalogue.ts";
import { deadLettersRoutes } from "./routes/dead-letters.ts";
import { editorialRoutes, type EditorialDeps } from "./routes/editorial.ts";
import { eventsRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { identifyRoutes } from "./routes/identify.ts";
import { metricsRoutes, timeRequests } from "./routes/metrics.ts";
import { recommendationsRoute } from "./routes/recommendations.ts";
import { refuse, refuseForNow } from "./routes/reply.ts";
import { servingLogRoutes } from "./routes/serving-log.ts";
import type { ServingLog } from "./serving-log/serving-log.ts";
import { routingRoutes, type RoutingDeps } from "./routes/routing.ts";
import type { Recommender } from "./serving/recommender.ts";
import type { RoutingGate } from "./serving/routing-gate.ts";
import type { TimeBudget } from "./serving/time-budget.ts";
import { isStorageUnavailable, type Database } from "./store/database.ts";

export type AppDeps = {
  readonly config: Pick<Config, "host" | "adminToken" | "edgeToken">;
  readonly database: Database;
  readonly edgeAuth: EdgeAuth;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly gate: RoutingGate;
  readonly eventsBudget: TimeBudget;
  readonly servingLog: Pick<ServingLog, "store">;
  readonly recommender: Recommender;
  readonly nowMs: () => number;
  readonly contentNowMs: () => number;
  readonly onRouting: RoutingDeps["onRouting"];
  readonly onEditorialChange: EditorialDeps["onEditorialChange"];
  readonly onCatalogueChange: CatalogueDeps["onCatalogueChange"];
};

export function createApp(deps: AppDeps): Hono {
  const { config, metrics, log } = deps;
  const shared = { ...deps, adminToken: config.adminToken };
  const app = new Hono();
  app.use(timeRequests(metrics));
  app.use(requireTokenUnlessLoopback({ ...deps, ...config }));
  app.route("/", recommendationsRoute(deps));
  app.route("/", eventsRoutes(deps));
  app.route("/", servingLogRoutes(deps));
  app.route("/", deadLettersRoutes(deps));
  app.route("/", identifyRoutes(shared));
  app.route("/", editorialRoutes(shared));
  app.route("/", catalogueRoutes(shared));
  app.route("/", routingRoutes(shared));
  app.route("/", healthRoutes(deps));
  app.route("/", metricsRoutes(metrics));
  app.notFound((c) => refuse(c, 404, `there is no ${c.req.method} ${c.req.path}`));
  app.onError((error, c) => {
    if (isStorageUnavailable(error)) return refuseForNow(c);
    log.error("a request failed", { path: c.req.path, error: error.message, stack: error.stack });
    return refuse(c, 500, "internal error");
  });
  return app;
}
