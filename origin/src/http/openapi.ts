/** Answers `GET /openapi.json` with the description of all routes. */
import { Hono } from "hono";
import { ORIGIN_DOCUMENT } from "../openapi/document.ts";

export function openapiRoutes(): Hono {
  const body = JSON.stringify(ORIGIN_DOCUMENT);
  return new Hono().get("/openapi.json", (c) => c.body(body, 200, { "content-type": "application/json" }));
}
