/**
 * The test's own queue, a process: what workerd's queue bindings send it holds on SQLite, and delivers at
 * least once, some of it several times and none of it in order, to whichever edge listens. It can be told to
 * fail.
 */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createRandom } from "@spillway/demo/random.ts";
import { startDelivery } from "./deliver.ts";
import { openMessageStore } from "./message-store.ts";
import { QUEUES } from "./queues.ts";

/**
 * How many of the next sends are refused, are taken but answered with an error, or are delivered three times.
 */
export type Faults = { refuse: number; takeAndFail: number; triple: number };

/**
 * The share of messages that are doubled anyway, because a queue promises delivery at least once and no more.
 */
const DOUBLED_SHARE = 0.15;

const environment = (name: string): string => process.env[name] ?? "";
const random = createRandom(Number(environment("SEED")), "broker");
const store = openMessageStore(environment("BROKER_DATABASE"), random.next);
const faults: Faults = { refuse: 0, takeAndFail: 0, triple: 0 };

function spend(fault: keyof Faults): boolean {
  if (faults[fault] === 0) return false;
  faults[fault] -= 1;
  return true;
}

/** The protocol of workerd's queue bindings: `/message` is one body, `/batch` several in base 64. */
function take(queue: string, bodies: readonly string[]): Response {
  if (spend("refuse")) return new Response("refused", { status: 500 });
  const copies = spend("triple") ? 3 : random.chance(DOUBLED_SHARE) ? 2 : 1;
  store.add(queue, bodies, copies);
  if (spend("takeAndFail")) return new Response("taken, and yet", { status: 500 });
  const metrics = { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: 0 };
  return Response.json({ metadata: { metrics } });
}

const queueOf = (header: string | undefined): string => header ?? "";
const app = new Hono()
  .post("/message", async (c) => take(queueOf(c.req.header("queue")), [await c.req.text()]))
  .post("/batch", async (c) => {
    const { messages } = await c.req.json<{ messages: { body: string }[] }>();
    const bodies = messages.map(({ body }) => Buffer.from(body, "base64").toString());
    return take(queueOf(c.req.header("queue")), bodies);
  })
  .put("/faults", async (c) => c.json(Object.assign(faults, await c.req.json<Partial<Faults>>())))
  .get("/waiting", (c) => c.json(store.waiting()));

startDelivery(store, Object.values(QUEUES), environment("DELIVER_URL"), random);
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(environment("PORT")) });
