/**
 * A gateway of your own in front of Spillway's origin: it picks each request's cluster and asks for that
 * cluster's stored page.
 */
import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { chooseCluster, type Cluster } from "./choose-cluster.ts";

const {
  PORT = "8080",
  ORIGIN_URL = "http://127.0.0.1:8788",
  // The origin asks for EDGE_TOKEN as soon as it listens elsewhere than on loopback.
  ORIGIN_TOKEN = "",
  CLUSTERS_FILE = "clusters.json",
} = process.env;
const ORIGIN_DEADLINE_MS = 500;

const clusters = JSON.parse(readFileSync(CLUSTERS_FILE, "utf8")) as Cluster[];

/** The last good page of each context and cluster; there are a few thousand of them, of some 20 KB each. */
const pages = new Map<string, { readonly body: string; readonly served: string }>();

const app = new Hono();

app.get("/home", async (c) => {
  const { team = "none", utm_medium: medium, region = "other", rating } = c.req.query();
  const signals = { team, entry: medium === "cpc" ? "ad" : "direct", affinity: "none", region };
  const query = new URLSearchParams({ context: "homepage", cluster: chooseCluster(clusters, signals) });
  // Where the viewer is decides what may be shown: a CDN in front of this gateway knows it, the client does
  // not.
  const country = c.req.header("cf-ipcountry");
  if (country !== undefined) query.set("country", country);
  if (rating !== undefined) query.set("rating", rating);
  const page = await fetchPage(String(query));
  if (page === undefined) return c.text("no page yet", 503);
  return c.body(page.body, 200, { "content-type": "application/json", "spillway-served": page.served });
});

/** The page from the origin; when the origin is slow or away, the one it gave last. */
async function fetchPage(query: string) {
  try {
    // No header of the client is passed on, because a `Spillway-…` header from a client would be refused as
    // forged.
    const response = await fetch(`${ORIGIN_URL}/recommendations?${query}`, {
      headers: ORIGIN_TOKEN === "" ? {} : { authorization: `Bearer ${ORIGIN_TOKEN}` },
      signal: AbortSignal.timeout(ORIGIN_DEADLINE_MS),
    });
    if (response.ok) {
      const served = response.headers.get("spillway-served") ?? "";
      pages.set(query, { body: await response.text(), served });
    }
  } catch {
    // The page below is older, and still a page.
  }
  return pages.get(query);
}

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) }, ({ port }) =>
  console.log(`The gateway listens on http://127.0.0.1:${port}/home`),
);
