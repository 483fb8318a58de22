/**
 * What every fault has in common: it is brought about while events are on their way, and it is certain that
 * it happened.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../origin-proxy.ts";
import type { Slow } from "../watched-store.ts";
import type { World } from "../world.ts";

/** Nothing was killed: what was waited for did not happen. */
export class NotReached extends Error {
  override readonly name = "NotReached";
}

/** Brings the fault about and repairs what it broke. Throws {@link NotReached}. */
export type Act = (world: World) => Promise<void>;

const REACHED_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 4;
const BATCH_EVERY_MS = 300;
/** A lock that is held so long is a slow transaction's. */
const LOCKED_MS = 60;

/** Two or three batches, on their way. */
export function someonePlays({ viewers, random }: World): void {
  for (let batches = 2 + random.int(2); batches > 0; batches -= 1) void viewers.play();
}

/** Resolves when the next delivery has reached `stage` and `act` has run. */
export async function atDelivery(world: World, stage: Stage, act: () => Promise<void>): Promise<void> {
  let done = false;
  const acted = new Promise<void>((resolve, reject) => {
    world.proxy.at(stage, () => act().then(resolve, reject));
  }).then(() => (done = true));
  try {
    await Promise.race([acted, playingUntil(world, () => done, `a delivery ${stage}`)]);
  } finally {
    world.proxy.disarm();
  }
  await acted;
}

/** Resolves when a transaction is under way that the store was made to be slow with. */
export async function inSlowTransaction(world: World, what: Slow): Promise<void> {
  world.store.slow(what);
  let freeMs = performance.now();
  const locked = (): boolean => {
    const nowMs = performance.now();
    if (!world.store.isLocked()) freeMs = nowMs;
    return nowMs - freeMs > LOCKED_MS;
  };
  try {
    await playingUntil(world, locked, `a transaction (${what})`);
  } catch (error) {
    world.store.slow("nothing");
    throw error;
  }
}

/** Viewers go on playing until `isSo`. */
async function playingUntil(world: World, isSo: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + REACHED_WITHIN_MS;
  let nextMs = 0;
  while (!isSo()) {
    const nowMs = performance.now();
    if (nowMs > endMs) throw new NotReached(`not within ${REACHED_WITHIN_MS / 1000} s: ${what}`);
    if (nowMs > nextMs) {
      nextMs = nowMs + BATCH_EVERY_MS;
      void world.viewers.play();
    }
    await sleep(LOOK_EVERY_MS);
  }
}
