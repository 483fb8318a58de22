/** What fails and lives on: the disk, the database, the queue, clocks, and messages. */
import { setTimeout as sleep } from "node:timers/promises";
import { runOk } from "@spillway/kit/processes/run.ts";
import { QUEUES } from "../broker/queues.ts";
import type { Kind } from "../kinds.ts";
import type { World } from "../world.ts";
import { atDelivery, someonePlays } from "./act.ts";

const EVENT_QUEUES = [QUEUES.EVENTS, QUEUES.EVENTS_2];
const HOUR_MS = 3_600_000;
/** The limit of a file's size, below what the write-ahead log begins with. */
const FULL_BYTES = 4096;

/**
 * No file of the origin's may grow: its writes fail as on a full disk (EFBIG in place of ENOSPC; SQLite tells
 * them apart no more).
 */
export async function diskFull(world: World): Promise<void> {
  const limit = (bytes: string) =>
    runOk({ command: "prlimit", args: ["--pid", String(world.origin.pid()), `--fsize=${bytes}`] });
  await limit(`${FULL_BYTES}:unlimited`);
  someonePlays(world);
  try {
    await atDelivery(world, "received", () => sleep(100 + world.random.int(200)));
  } finally {
    await limit("unlimited:unlimited");
  }
}

export async function sqliteBusy(world: World): Promise<void> {
  const release = world.store.lock();
  someonePlays(world);
  try {
    await atDelivery(world, "received", () => sleep(100 + world.random.int(500)));
  } finally {
    release();
  }
}

export async function queueThrows(world: World): Promise<void> {
  await world.setFaults({ refuse: 2 + world.random.int(6) });
  await promised(world);
}

export async function queueTakesAndThrows(world: World): Promise<void> {
  await world.setFaults({ takeAndFail: 2 + world.random.int(6) });
  await promised(world);
}

export async function queueAndOriginGone(world: World): Promise<void> {
  await Promise.all([world.setFaults({ refuse: 1000 }), world.origin.kill()]);
  someonePlays(world);
  await sleep(100 + world.random.int(200));
  await Promise.all([world.setFaults({ refuse: 0 }), world.origin.start()]);
}

/**
 * Far enough for the origin to refuse what the edge signs; together less than the day by which a device's
 * clock may lead.
 */
export async function clockSteps(world: World): Promise<void> {
  const stepMs = (world.random.chance(0.5) ? 1 : -1) * (1 + world.random.int(11)) * HOUR_MS;
  await world.stepEdgeClock(stepMs);
  world.viewers.stepClock(-stepMs);
  someonePlays(world);
  await sleep(200 + world.random.int(300));
  await world.stepEdgeClock(0);
  world.viewers.stepClock(0);
}

export async function duplicatedReordered(world: World): Promise<void> {
  await world.setFaults({ triple: 4 });
  await promised(world);
}

const POISON = [
  () => "no batch at all",
  () => null,
  (event: object) => ({ events: [{ ...event, type: "stare" }] }),
  (event: object) => ({ events: [{ ...event, id: 7, nested: { deep: [[[[]]]] } }] }),
  (event: object) => ({ events: { ...event } }),
];

/** An edge of another release could send this. The good plays beside a bad one must not be lost either. */
export async function poisonMessage(world: World): Promise<void> {
  const { random, viewers } = world;
  const plays = viewers.draw(4);
  const [bad = {}, ...good] = plays.map(({ time, ...event }) => ({ ...event, type: "play", timeMs: time }));
  const poison = random.pick(POISON)(bad);
  someonePlays(world);
  const gaze = { ...bad, type: "gaze" };
  for (const body of [poison, { events: [...good, gaze] }]) {
    await world.sendToQueue(random.pick(EVENT_QUEUES), body);
  }
  for (const letter of [poison, { events: [gaze] }]) world.poison.add(JSON.stringify(letter));
  viewers.promise(plays.slice(1));
  await promised(world);
}

async function promised(world: World): Promise<void> {
  someonePlays(world);
  while ((await world.viewers.play()) !== "promised");
}

/** What this machine cannot do, and why. */
export async function impossibleKinds(): Promise<Partial<Record<Kind, string>>> {
  const impossible: Partial<Record<Kind, string>> = {};
  for (const kind of ["pipeline-mid-fold", "pipeline-end-of-fold"] as const)
    if (process.platform !== "linux") impossible[kind] = "needs Linux's /proc";
  await runOk({ command: "prlimit", args: ["--version"] }).catch(
    () => (impossible["disk-full"] = "needs util-linux's prlimit"),
  );
  return impossible;
}
