/** The other baseline: a bare Hono worker that reads KV for each request and streams the value. */
import { Hono } from "hono";

type Bindings = { readonly PAGES: KVNamespace };

const app = new Hono<{ Bindings: Bindings }>();
app.get("/recommendations", async (c) => {
  const page = await c.env.PAGES.get(c.req.query("key") ?? "", "stream");
  return page === null
    ? c.notFound()
    : c.body(page, 200, { "content-type": "application/json; charset=utf-8" });
});

export default app;
