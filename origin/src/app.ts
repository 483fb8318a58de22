/** Mounts the origin's routes. */
import { Hono } from "hono";
import type { ConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { Config } from "./config.ts";
import type { Log } from "./monitoring/log.ts";
import type { Metrics } from "./monitoring/metrics.ts";
import { requireTokenUnlessLoopback } from "./http/auth.ts";
import { ClientGoneError } from "./http/body.ts";
import { catalogueRoutes, type CatalogueDeps } from "./http/catalogue.ts";
import { clustersRoutes } from "./http/clusters.ts";
import { consoleRoutes } from "./http/console.ts";
import { costRoutes } from "./http/cost.ts";
import { deadLettersRoutes } from "./http/dead-letters.ts";
import { routingVersionsRoutes } from "./http/routing-versions.ts";
import { dryRunRoutes, type DryRunDeps } from "./http/dry-run.ts";
import { editorialRoutes, type EditorialDeps } from "./http/editorial.ts";
import { draftRoutes } from "./http/editorial-drafts.ts";
import { previewRoutes } from "./http/editorial-preview.ts";
import type { EdgeProof } from "./http/edge-proof.ts";
import { readEdgeSignature } from "./http/edge-signature.ts";
import { eventsRoutes } from "./http/events.ts";
import { healthRoutes, type HealthDeps } from "./http/health.ts";
import { identifyRoutes, type IdentifyDeps } from "./http/identify.ts";
import { openapiRoutes } from "./http/openapi.ts";
import { nowRoutes, type NowRoutesDeps } from "./http/now.ts";
import { tellAborted } from "./http/tell-aborted.ts";
import { metricsRoutes, timeRequests } from "./http/metrics.ts";
import { auditRoutes } from "./http/operators/audit.ts";
import { knowOperators } from "./http/operators/operator-access.ts";
import { sessionRoutes } from "./http/operators/session.ts";
import { tokenRoutes } from "./http/operators/tokens.ts";
import { rehearsalsRoutes, type RehearsalsDeps } from "./http/rehearsals.ts";
import { reportsRoutes, type ReportsDeps } from "./http/reports.ts";
import { requireOwnHost } from "./http/own-host.ts";
import { pagesBeforeHono } from "./http/page-before-hono.ts";
import { recommendationsRoute } from "./http/recommendations.ts";
import { refuse, refuseFor, refuseForNow } from "./http/reply.ts";
import type { SingleUse } from "./http/single-use.ts";
import { sampleRoutes } from "./http/sample.ts";
import { servingLogRoutes, type ServingLogDeps } from "./http/serving-log.ts";
import type { ServingLog } from "./serving-log/serving-log.ts";
import { routingModeRoutes, type RoutingModeDeps } from "./http/routing-mode.ts";
import { rolloutRoutes } from "./http/rollout.ts";
import { routingHitsRoutes, type RoutingHitsDeps } from "./http/routing-hits.ts";
import { routingRoutes, type RoutingDeps } from "./http/routing.ts";
import type { IsolateVersions } from "./rollout/isolate-versions.ts";
import type { Rollouts } from "./rollout/rollouts.ts";
import type { Recommender } from "./serving/answers/recommender.ts";
import type { RoutingGate } from "./serving/gate/routing-gate.ts";
import type { TimeBudget } from "./serving/gate/time-budget.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { isDamaged, isStorageUnavailable, type Database } from "@spillway/store/database.ts";

export type AppDeps = {
  readonly config: Pick<
    Config,
    "host" | "edgeUrl" | "allowedHosts" | "allowedOrigins" | "adminToken" | "edgeTokens"
  >;
  readonly database: Database;
  readonly operatorStore: OperatorStore;
  readonly consoleSessions: ConsoleSessions;
  readonly edgeProof: EdgeProof;
  readonly singleUse: SingleUse;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly gate: RoutingGate;
  readonly isolateVersions: IsolateVersions;
  readonly rollouts: Rollouts;
  readonly eventsBudget: TimeBudget;
  readonly servingLog: Pick<ServingLog, "store" | "sqlite">;
  readonly onReport: ServingLogDeps["onReport"];
  readonly now: NowRoutesDeps["now"];
  readonly past: NowRoutesDeps["past"];
  readonly ruleHits: RoutingHitsDeps["ruleHits"];
  readonly recommender: Recommender;
  readonly hashUser: (user: string) => UserHash;
  readonly onErasures: IdentifyDeps["onErasures"];
  readonly nowMs: () => number;
  readonly contentNowMs: () => number;
  readonly cycle: HealthDeps["cycle"];
  /** The store turned out to be damaged. */
  readonly onDamaged: (error: string) => void;
  readonly dryRunner: DryRunDeps["dryRunner"];
  readonly reports: ReportsDeps["reports"];
  readonly rehearsals: RehearsalsDeps["rehearsals"];
  readonly onRouting: RoutingDeps["onRouting"];
  readonly onModeOverride: RoutingModeDeps["onModeOverride"];
  readonly onEditorialChange: EditorialDeps["onEditorialChange"];
  readonly onCatalogueChange: CatalogueDeps["onCatalogueChange"];
};

/** What a request is answered by. */
export type OriginFetch = (request: Request, env?: object) => Response | Promise<Response>;

/** Most pages are answered before Hono looks at the request. */
export function createFetch(deps: AppDeps): OriginFetch {
  const app = createApp(deps);
  const pageOf = pagesBeforeHono({ ...deps, tailoring: () => deps.gate.routing().tailoring });
  return (request, env) => pageOf(request) ?? app.fetch(request, env);
}

export function createApp(deps: AppDeps): Hono {
  const { config, metrics, log } = deps;
  const app = new Hono();
  app.use(timeRequests(metrics));
  app.use(readEdgeSignature(deps));
  app.use(tellAborted(deps.rollouts));
  app.use(knowOperators({ ...deps, adminToken: config.adminToken }));
  app.use(requireOwnHost(config));
  app.use(requireTokenUnlessLoopback(config));
  app.route("/", recommendationsRoute({ ...deps, tailoring: () => deps.gate.routing().tailoring }));
  app.route("/", eventsRoutes({ ...deps, gatewayTokens: [config.adminToken, ...config.edgeTokens] }));
  app.route("/", servingLogRoutes(deps));
  app.route("/", sampleRoutes(deps));
  app.route("/", deadLettersRoutes(deps));
  app.route("/", identifyRoutes(deps));
  app.route("/", editorialRoutes(deps));
  app.route("/", draftRoutes(deps));
  app.route("/", previewRoutes(deps));
  app.route("/", catalogueRoutes(deps));
  app.route("/", routingRoutes({ ...deps, capacity: deps.gate.capacity }));
  app.route("/", routingModeRoutes({ ...deps, capacity: deps.gate.capacity }));
  app.route("/", dryRunRoutes(deps));
  app.route("/", routingVersionsRoutes(deps));
  app.route("/", routingHitsRoutes(deps));
  app.route("/", rolloutRoutes(deps));
  app.route("/", sessionRoutes(deps));
  app.route("/", tokenRoutes(deps));
  app.route("/", auditRoutes(deps));
  app.route("/", healthRoutes(deps));
  app.route("/", nowRoutes(deps));
  app.route("/", costRoutes(deps));
  app.route("/", clustersRoutes(deps));
  app.route("/", reportsRoutes(deps));
  app.route("/", rehearsalsRoutes(deps));
  app.route("/", consoleRoutes(config));
  app.route("/", metricsRoutes(metrics));
  app.route("/", openapiRoutes());
  app.notFound((c) =>
    refuseFor(c, {
      status: 404,
      key: "path",
      reason: `${c.req.path} is unknown, or not with ${c.req.method}`,
    }),
  );
  app.onError((error, c) => {
    if (error instanceof ClientGoneError) {
      metrics.clientsGone.inc();
      log.debug("a client went away before its request was complete", { path: c.req.path });
      return c.body(null, 400);
    }
    if (isStorageUnavailable(error)) return refuseForNow(c);
    if (isDamaged(error)) deps.onDamaged(error.message);
    log.error("a request failed", { path: c.req.path, error: error.message, stack: error.stack });
    return refuse(c, 500, "the request failed; the origin's log says why");
  });
  return app;
}
