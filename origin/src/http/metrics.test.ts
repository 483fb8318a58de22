import { Hono } from "hono";
import { expect, test } from "vitest";
import { createMetrics } from "../monitoring/metrics.ts";
import { metricsRoutes, timeRequests } from "./metrics.ts";

test("metrics of several instances do not mix", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.inference.inc();
  const response = await metricsRoutes(one).request("/metrics");
  expect(response.headers.get("content-type")).toContain("text/plain");
  expect(await response.text()).toContain("spillway_inference_total 1");
  expect(await (await metricsRoutes(other).request("/metrics")).text()).toContain(
    "spillway_inference_total 0",
  );
});

test("requests are timed by route pattern, not by path", async () => {
  const metrics = createMetrics();
  const inner = new Hono().get("/things/:id", (c) => c.text("ok"));
  const app = new Hono().use(timeRequests(metrics)).route("/", inner).route("/", metricsRoutes(metrics));
  await app.request("/things/1");
  await app.request("/things/2");
  await app.request("/nowhere/3");
  const text = await metrics.registry.metrics();
  expect(text).toContain('_count{route="/things/:id",method="GET",status="200"} 2');
  expect(text).toContain('_count{route="/*",method="GET",status="404"} 1');
});
