/** Answers `GET /metrics` in the text format of Prometheus, and measures the time of every route. */
import { Hono, type MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Metrics } from "../monitoring/metrics.ts";

export function metricsRoutes({ registry }: Pick<Metrics, "registry">): Hono {
  return new Hono().get("/metrics", async (c) =>
    c.body(await registry.metrics(), 200, { "Content-Type": registry.contentType }),
  );
}

/**
 * To be mounted first. Labels are route patterns and not paths, since clients could make up any number of
 * paths.
 */
export function timeRequests({ httpRequestSeconds }: Pick<Metrics, "httpRequestSeconds">): MiddlewareHandler {
  return async (c, next) => {
    const startedMs = performance.now();
    await next();
    const labels = { route: routePath(c, -1), method: c.req.method, status: String(c.res.status) };
    httpRequestSeconds.observe(labels, (performance.now() - startedMs) / 1000);
  };
}
