/** Serves the web client, on another port than the edge's and so from another web origin. */
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";

const { PORT = "8090", FOLDER = fileURLToPath(new URL(".", import.meta.url)) } = process.env;

const app = new Hono().use(serveStatic({ root: FOLDER }));

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) }, ({ port }) =>
  console.log(`The web client is at http://localhost:${port}/`),
);
