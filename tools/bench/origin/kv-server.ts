/**
 * KV in memory behind Cloudflare's REST dialect, in a process of its own: somewhere for the origin's pipeline
 * to publish to.
 */
import { constants, setPriority } from "node:os";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

/** Packs are values in base64, which nobody here reads. */
type Pair = { readonly key: string; readonly value: string };

// It stands for a service on other machines, which takes nothing of this one's.
setPriority(constants.priority.PRIORITY_LOW);

const values = new Map<string, string>();
const done = { success: true, errors: [], messages: [], result: null };

const namespace = new Hono()
  .get("/values/:key", (c) => {
    const value = values.get(c.req.param("key"));
    return value === undefined ? c.notFound() : c.body(value);
  })
  .put("/bulk", async (c) => {
    for (const { key, value } of await c.req.json<Pair[]>()) values.set(key, value);
    return c.json(done);
  })
  .post("/bulk/delete", async (c) => {
    for (const key of await c.req.json<string[]>()) values.delete(key);
    return c.json(done);
  });

serve({
  fetch: new Hono().route("/storage/kv/namespaces/:id", namespace).fetch,
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"]),
});
