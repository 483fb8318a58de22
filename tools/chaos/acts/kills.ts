/** `kill -9`, each at its point. */
import { setTimeout as sleep } from "node:timers/promises";
import type { World } from "../world.ts";
import { atDelivery, inSlowTransaction, NotReached, someonePlays } from "./act.ts";

/** While we hold the write lock, the origin has the batch and cannot commit it. */
export async function originBeforeCommit(world: World): Promise<void> {
  const { origin, random, store } = world;
  someonePlays(world);
  await atDelivery(world, "received", async () => {
    const release = store.lock();
    await sleep(20 + random.int(60));
    await origin.kill();
    release();
  });
  await origin.start();
}

export async function originMidTransaction(world: World): Promise<void> {
  someonePlays(world);
  await inSlowTransaction(world, "events");
  await world.origin.kill();
  world.store.slow("nothing");
  await world.origin.start();
}

export async function originBeforeAnswer(world: World): Promise<void> {
  someonePlays(world);
  await atDelivery(world, "answered", world.origin.kill);
  await world.origin.start();
}

export async function consumerBeforeAck(world: World): Promise<void> {
  someonePlays(world);
  await atDelivery(world, "answered", world.edge.kill);
  await world.edge.start();
}

export async function edgeAfter202(world: World): Promise<void> {
  someonePlays(world);
  while ((await world.viewers.play()) !== "promised");
  await world.edge.kill();
  await world.edge.start();
}

export function pipelineMidFold(world: World): Promise<void> {
  return killPipeline(world, "profiles");
}

/** Nothing may be committed between the profiles and the cursor. */
export function pipelineEndOfFold(world: World): Promise<void> {
  return killPipeline(world, "cursor");
}

async function killPipeline(world: World, during: "profiles" | "cursor"): Promise<void> {
  someonePlays(world);
  await inSlowTransaction(world, during);
  const killed = world.killPipeline();
  world.store.slow("nothing");
  if (!killed) throw new NotReached("no pipeline runs");
}

export async function everything(world: World): Promise<void> {
  const { edge, origin, random } = world;
  someonePlays(world);
  await sleep(random.int(100));
  world.killPipeline();
  await Promise.all([origin.kill(), edge.kill()]);
  await Promise.all([origin.start(), edge.start()]);
}
