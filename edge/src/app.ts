/** The edge's routes, and what answers where there is none. */
import { Hono, type ExecutionContext as RunContext, type MiddlewareHandler } from "hono";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { refuseCrossSite, refuseForeignHost } from "@spillway/shared/protocol/cross-site.ts";
import { readAddress } from "./request/address.ts";
import { readIncoming } from "./request/incoming.ts";
import type { RequestContext } from "./request/request-context.ts";
import {
  isolatePreflight,
  ISOLATE_PATH,
  isolateResponse,
  type ConsoleIsolateDeps,
} from "./console-isolate.ts";
import { createCrossOrigin } from "./cross-origin.ts";
import { healthResponse } from "./health.ts";
import { metricsResponse, type MetricsDeps } from "./metrics/edge-metrics.ts";
import { identifyVisitor, type IdentifyDeps } from "./identity/identify-visitor.ts";
import { comparePages, type CompareDeps } from "./compare/compare-pages.ts";
import { andThen, type MaybePromise } from "./maybe-promise.ts";
import { lastResort } from "./recommend/last-resort.ts";
import { recommend, type RecommendDeps } from "./recommend/recommend.ts";
import { refusalResponse, retryLaterResponse } from "./problem-response.ts";
import { takeEvents, type TakeEventsDeps } from "./events/take-events.ts";

export type AppDeps = RecommendDeps &
  TakeEventsDeps &
  IdentifyDeps &
  MetricsDeps &
  CompareDeps &
  ConsoleIsolateDeps;

export type App = {
  /** A value where nothing has to be waited for. */
  readonly fetch: (request: Request, env: unknown, context: RunContext) => MaybePromise<Response>;
};

const PAGE_PATH = "/recommendations";

const ALLOWED_METHODS: ReadonlyMap<string, string> = new Map([
  [PAGE_PATH, "GET, HEAD"],
  ["/recommendations/compare", "GET, HEAD"],
  ["/events", "POST"],
  ["/identify", "POST, DELETE"],
  ["/health", "GET, HEAD"],
  ["/metrics", "GET, HEAD"],
  [ISOLATE_PATH, "GET, HEAD"],
]);

/**
 * A page is asked for by nearly every request of a spike, so that it is answered before Hono looks at the
 * request.
 */
export function createApp(deps: AppDeps): App {
  const crossOrigin = createCrossOrigin(deps.config.allowedOrigins);
  const routes = createRoutes(deps, crossOrigin?.middleware);
  return {
    fetch: (request, env, context) => {
      const { url } = request;
      const address = readAddress(url);
      if (address.path !== PAGE_PATH || request.method !== "GET") return routes.fetch(request, env, context);
      const incoming = readIncoming(request, address);
      const requestContext = requestContextOf(context, deps.clock);
      const page = orBroken(deps.failures, url, () => recommend(deps, incoming, requestContext));
      if (crossOrigin === undefined) return page;
      return andThen(page, (response) => crossOrigin.expose(response, incoming.headers.get("origin")));
    },
  };
}

/** What `answer` gives, or what answers where nothing else does. */
function orBroken(
  failures: AppDeps["failures"],
  url: string,
  answer: () => MaybePromise<Response>,
): MaybePromise<Response> {
  const broken = (error: unknown): Response => {
    failures.count("unexpected", `GET ${PAGE_PATH}: ${reasonOf(error)}`);
    return whenBroken(url);
  };
  try {
    const answered = answer();
    return answered instanceof Promise ? answered.catch(broken) : answered;
  } catch (error) {
    return broken(error);
  }
}

function createRoutes(deps: AppDeps, crossOrigin: MiddlewareHandler | undefined): Hono {
  const { config, failures, clock } = deps;
  const app = new Hono();
  // It has a CORS policy of its own.
  app.options(ISOLATE_PATH, isolatePreflight);
  app.get(ISOLATE_PATH, (c) =>
    isolateResponse(deps, c.req.raw.headers, clock(), () =>
      deps.state(requestContextOf(c.executionCtx, clock)),
    ),
  );
  if (crossOrigin !== undefined) app.use(crossOrigin);
  /** Every route that changes anything goes through it. */
  const changed = (request: Request, change: () => Promise<Response>): Promise<Response> | Response => {
    const { headers } = request;
    const sentBy = { header: (name: string) => headers.get(name), ...readAddress(request.url) };
    const refusal =
      refuseForeignHost(sentBy, config.allowedHosts) ?? refuseCrossSite(sentBy, config.allowedOrigins);
    return refusal === undefined ? change() : refusalResponse(refusal);
  };
  // HEAD is answered by GET's handler.
  app.get(PAGE_PATH, (c) =>
    recommend(deps, readIncoming(c.req.raw), requestContextOf(c.executionCtx, clock)),
  );
  app.get("/recommendations/compare", (c) =>
    comparePages(deps, c.req.raw, requestContextOf(c.executionCtx, clock)),
  );
  app.post("/events", (c) =>
    changed(c.req.raw, () => takeEvents(deps, c.req.raw, requestContextOf(c.executionCtx, clock))),
  );
  app.post("/identify", (c) =>
    changed(c.req.raw, () =>
      identifyVisitor(deps, c.req.raw, "POST", requestContextOf(c.executionCtx, clock)),
    ),
  );
  app.delete("/identify", (c) =>
    changed(c.req.raw, () =>
      identifyVisitor(deps, c.req.raw, "DELETE", requestContextOf(c.executionCtx, clock)),
    ),
  );
  app.get("/health", async (c) =>
    healthResponse(deps, c.req.raw.headers, await deps.state(requestContextOf(c.executionCtx, clock))),
  );
  app.get("/metrics", (c) =>
    metricsResponse(deps, c.req.raw.headers, () => deps.state(requestContextOf(c.executionCtx, clock))),
  );
  // `app.all` would be slower: Hono runs its middleware chain where two handlers match a path, which takes as
  // long as reading a page's signals.
  app.notFound(({ req: { path } }) => {
    const allow = ALLOWED_METHODS.get(path);
    if (allow !== undefined) return notAllowed(allow);
    return refusalResponse({ status: 404, key: "path", reason: `${path} is unknown` });
  });
  app.onError((error, c) => {
    failures.count("unexpected", `${c.req.method} ${c.req.path}: ${reasonOf(error)}`);
    return whenBroken(c.req.raw.url);
  });
  return app;
}

/** What answers where nothing else does. It takes the address as it came. */
export function whenBroken(url: string): Response {
  return /^[^?#]*\/recommendations(?:[?#]|$)/.test(url)
    ? lastResort(url)
    : retryLaterResponse("request", "cannot be answered at the moment; try again");
}

function requestContextOf(context: Pick<ExecutionContext, "waitUntil">, clock: () => number): RequestContext {
  return { nowMs: clock(), waitUntil: (work) => context.waitUntil(work) };
}

function notAllowed(allow: string): Response {
  return refusalResponse({ status: 405, key: "method", reason: `must be ${allow}` }, { allow });
}
