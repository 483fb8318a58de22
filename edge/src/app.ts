/** The edge's routes, and what answers where there is none. */
import { Hono, type Context } from "hono";
import { cors } from "hono/cors";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { refuseCrossSite, refuseForeignHost } from "@spillway/shared/protocol/cross-site.ts";
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import { readAddress } from "./request/address.ts";
import type { RequestContext } from "./request/request-context.ts";
import { healthResponse, type HealthDeps } from "./health.ts";
import { identifyVisitor, type IdentifyDeps } from "./identity/identify-visitor.ts";
import { comparePages, type CompareDeps } from "./compare/compare-pages.ts";
import { lastResort } from "./recommend/last-resort.ts";
import { recommend, type RecommendDeps } from "./recommend/recommend.ts";
import { refusalResponse, retryLaterResponse } from "./problem-response.ts";
import { takeEvents, type TakeEventsDeps } from "./events/take-events.ts";

export type AppDeps = RecommendDeps & TakeEventsDeps & IdentifyDeps & HealthDeps & CompareDeps;

/** For how long a browser may remember the answer to a preflight request; Chromium's own limit. */
const PREFLIGHT_MAX_AGE_S = 7200;

const ALLOWED_METHODS: ReadonlyMap<string, string> = new Map([
  ["/recommendations", "GET, HEAD"],
  ["/recommendations/compare", "GET, HEAD"],
  ["/events", "POST"],
  ["/identify", "POST, DELETE"],
  ["/health", "GET, HEAD"],
]);

export function createApp(deps: AppDeps): Hono {
  const { config, failures, clock } = deps;
  const app = new Hono();
  if (config.allowedOrigins.length > 0) {
    app.use(
      cors({
        origin: [...config.allowedOrigins],
        credentials: true,
        exposeHeaders: [HEADER.served, HEADER.now, "ETag", "Retry-After", "Server-Timing"],
        maxAge: PREFLIGHT_MAX_AGE_S,
      }),
    );
  }
  /** Every route that changes anything goes through it. */
  const changed = (request: Request, change: () => Promise<Response>): Promise<Response> | Response => {
    const { headers } = request;
    const sentBy = { header: (name: string) => headers.get(name), ...readAddress(request.url) };
    const refusal =
      refuseForeignHost(sentBy, config.allowedHosts) ?? refuseCrossSite(sentBy, config.allowedOrigins);
    return refusal === undefined ? change() : refusalResponse(refusal);
  };
  // HEAD is answered by GET's handler.
  app.get("/recommendations", (c) => recommend(deps, c.req.raw, requestContextOf(c, clock)));
  app.get("/recommendations/compare", (c) => comparePages(deps, c.req.raw, requestContextOf(c, clock)));
  app.post("/events", (c) =>
    changed(c.req.raw, () => takeEvents(deps, c.req.raw, requestContextOf(c, clock))),
  );
  app.post("/identify", (c) =>
    changed(c.req.raw, () => identifyVisitor(deps, c.req.raw, "POST", requestContextOf(c, clock))),
  );
  app.delete("/identify", (c) =>
    changed(c.req.raw, () => identifyVisitor(deps, c.req.raw, "DELETE", requestContextOf(c, clock))),
  );
  app.get("/health", async (c) =>
    healthResponse(deps, c.req.raw.headers, await deps.state(requestContextOf(c, clock))),
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

function requestContextOf(c: Context, clock: () => number): RequestContext {
  return { nowMs: clock(), waitUntil: (work) => c.executionCtx.waitUntil(work) };
}

function notAllowed(allow: string): Response {
  return refusalResponse({ status: 405, key: "method", reason: `must be ${allow}` }, { allow });
}
