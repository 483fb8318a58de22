/**
 * The routes by which the demo's pages and `spillway spike` ask this `start`. Pages come through the local
 * edge and are told by their `Origin`, so that no other site can play with it; everybody else needs the
 * token.
 */
import { timingSafeEqual } from "node:crypto";
import { Hono, type Context } from "hono";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { DemoAddresses } from "../../spike/control-client.ts";
import { spikeProgressSchema } from "../../spike/spike-progress.ts";
import type { DemoOrigin } from "./demo-origin.ts";
import type { Spikes } from "./spikes.ts";

export type ControlDeps = {
  readonly token: string;
  /** The web origins of storefront and console. */
  readonly pages: readonly string[];
  readonly addresses: DemoAddresses;
  /** Why nothing may be played here, if it may not: the data is not the demo's. */
  readonly refusal: () => string | undefined;
  readonly origin: DemoOrigin;
  readonly spikes: Spikes;
};

export function createControlApp(deps: ControlDeps): Hono {
  const { addresses, refusal, origin, spikes } = deps;
  const app = new Hono();
  app.use(async (c, next) => {
    if (!isBearer(c.req.header("authorization"), deps.token))
      return c.json({ reason: "the token is missing" }, 401);
    if (c.req.header("spillway-via") !== undefined) {
      const denied = denyPage(c, deps.pages);
      if (denied !== undefined) return denied;
    }
    return next();
  });
  const state = () => ({
    available: refusal() === undefined,
    origin: origin.state(),
    isRunning: spikes.isRunning(),
    sentence: spikes.sentence(),
    spike: spikes.progress() ?? null,
    problem: spikes.problem() ?? null,
  });
  /** Runs an action unless it is refused, and answers with what holds then. */
  const act = async (c: Context, action: () => Promise<string | undefined> | string | undefined) => {
    const reason = refusal() ?? (await action());
    return reason === undefined ? c.json(state()) : c.json({ reason }, 409);
  };
  app.get("/demo", (c) => c.json(state()));
  app.post("/demo/kick-off", (c) => act(c, spikes.kickOff));
  app.post("/demo/stop", (c) =>
    act(c, async () => {
      await spikes.stop();
      return undefined;
    }),
  );
  app.post("/demo/kill-origin", (c) =>
    act(c, async () => ((await origin.kill()) ? undefined : "the origin is not up")),
  );
  app.post("/demo/start-origin", (c) =>
    act(c, async () => {
      const coming = origin.startAgain();
      // A page looks again by itself.
      if (c.req.header("spillway-via") !== undefined) {
        coming.catch(() => undefined);
        return undefined;
      }
      return coming.then(() => undefined, reasonOf);
    }),
  );
  app.get("/addresses", (c) => {
    const reason = refusal();
    return reason === undefined ? c.json(addresses) : c.json({ reason }, 409);
  });
  app.put("/progress", async (c) => {
    const parsed = spikeProgressSchema.safeParse(await c.req.json());
    if (!parsed.success) return c.json({ reason: "that is no progress of a spike" }, 400);
    const reason = refusal() ?? spikes.heard(parsed.data);
    return reason === undefined ? c.json({}) : c.json({ reason }, 409);
  });
  app.notFound((c) => c.json({ reason: "there is nothing here" }, 404));
  return app;
}

function isBearer(given: string | undefined, token: string): boolean {
  const [one, other] = [Buffer.from(given ?? ""), Buffer.from(`Bearer ${token}`)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * CORS for the console, which is another origin than the edge; and no page of anybody else changes anything.
 */
function denyPage(c: Context, pages: readonly string[]): Response | undefined {
  const page = c.req.header("origin");
  c.header("cache-control", "no-store");
  c.header("vary", "Origin");
  const isOfAnotherSite = c.req.header("sec-fetch-site") === "cross-site";
  if (page !== undefined && pages.includes(page) && !isOfAnotherSite) {
    c.header("access-control-allow-origin", page);
    if (c.req.method !== "OPTIONS") return undefined;
    c.header("access-control-allow-methods", "GET, POST");
    return c.body(null, 204);
  }
  // A browser sends no Origin with a page's own GET. Reading it, another site's page is kept by CORS.
  if (page === undefined && c.req.method === "GET" && !isOfAnotherSite) return undefined;
  return c.json({ reason: "only the demo's own pages may ask for this" }, 403);
}
