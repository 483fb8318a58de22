/**
 * The baseline: a bare Hono worker that answers the same bytes from memory, with the same status and content
 * type.
 */
import { Hono } from "hono";

type Bindings = { readonly PAGES: KVNamespace };

const pages = new Map<string, Promise<ArrayBuffer>>();

async function read(kv: KVNamespace, key: string): Promise<ArrayBuffer> {
  return (await kv.get(key, "arrayBuffer")) ?? new ArrayBuffer(0);
}

const app = new Hono<{ Bindings: Bindings }>();
// The key stands in the address: finding out which page it is belongs to the worker that is measured.
app.get("/recommendations", async (c) => {
  const key = c.req.query("key") ?? "";
  let page = pages.get(key);
  if (page === undefined) pages.set(key, (page = read(c.env.PAGES, key)));
  return c.body(await page, 200, { "content-type": "application/json; charset=utf-8" });
});

export default app;
