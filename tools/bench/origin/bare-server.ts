/** The baseline: the least that Hono on Node can do, which is to answer as many bytes as a page has. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const body = "x".repeat(Number(process.env["BYTES"]));
const app = new Hono().get("*", (c) =>
  c.body(body, 200, { "content-type": "application/json; charset=utf-8" }),
);

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"]) });
