/**
 * One round of the events benchmark: both ways by turns into fresh files, then the fold of what the real one
 * stored.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { foldNewEvents } from "@spillway/origin/pipeline/ingest/fold-events.ts";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import { seedOrigin } from "../origin/seed-origin.ts";
import { syntheticAudience } from "../precompute/synthetic-audience.ts";
import { bareInsert, toCells } from "./bare-insert.ts";
import { checkStored, createRealPath } from "./real-path.ts";
import { syntheticEvents, type EventSource } from "./synthetic-events.ts";

export const BATCH = 500;
export const PLATFORM = { items: 5000, users: 20_000, history: 30 } as const;
/** Ways take turns after so many batches: often enough for both to meet the same machine. */
const TURN_BATCHES = 10;
const SEED = 1;

export type RoundOptions = {
  readonly seeded: string;
  readonly events: number;
  readonly bareFirst: boolean;
};

export type Spent = {
  readonly wallS: number;
  /** The processor time of the whole process, the garbage collector's threads included. */
  readonly cpuS: number;
};

export type Round = Readonly<Record<"real" | "bare" | "fold", Spent>>;

/** A store as both ways begin with it. */
export function seedPlatform(path: string): void {
  using opened = new DisposableStack();
  const database = opened.adopt(openDatabase(path, { durability: "normal" }), ({ close }) => close());
  seedOrigin(database, PLATFORM, Date.now());
}

/** `folder`: for two copies of the store `seeded`. Throws unless every event was stored and folded. */
export async function measureRound(
  folder: string,
  { seeded, events, bareFirst }: RoundOptions,
): Promise<Round> {
  const nowMs = Date.now();
  using opened = new DisposableStack();
  const open = (name: string): Database => {
    const path = join(folder, name);
    copyFileSync(seeded, path);
    return opened.adopt(openDatabase(path), ({ close }) => close());
  };
  const real = open("real.db");
  const bare = open("bare.db");
  const source = synthetic(real, nowMs);
  const realPath = createRealPath(real);
  const insert = bareInsert(bare);
  const ways = {
    real: async (batches: readonly StoredEvent[][]): Promise<Spent> => {
      const requests = await Promise.all(batches.map(realPath.request));
      const responses: Response[] = [];
      const stop = startWatch();
      for (const request of requests) responses.push(await realPath.answer(request));
      const spent = stop();
      for (const [at, response] of responses.entries()) await checkStored(response, batches[at]?.length ?? 0);
      return spent;
    },
    bare: (batches: readonly StoredEvent[][]): Promise<Spent> => {
      const rows = batches.map((batch) => batch.map((event) => toCells(event, Date.now())));
      const stop = startWatch();
      for (const batch of rows) insert(batch);
      return Promise.resolve(stop());
    },
  };
  const spent: Record<"real" | "bare", Spent> = { real: NOTHING, bare: NOTHING };
  const stream = syntheticEvents(source, nowMs);
  let order = bareFirst ? (["bare", "real"] as const) : (["real", "bare"] as const);
  for (let left = events; left > 0; left -= TURN_BATCHES * BATCH) {
    const batches: StoredEvent[][] = [];
    for (let at = 0; at < Math.min(left, TURN_BATCHES * BATCH); at += BATCH) {
      batches.push(Array.from({ length: Math.min(BATCH, left - at) }, () => stream.next().value));
    }
    for (const way of order) spent[way] = sum(spent[way], await ways[way](batches));
    order = order[0] === "bare" ? ["real", "bare"] : ["bare", "real"];
  }
  return { ...spent, fold: fold(real, events) };
}

function synthetic(database: Database, nowMs: number): EventSource {
  const catalogue = allItems(database);
  const audience = syntheticAudience(catalogue, SEED, nowMs);
  return {
    users: PLATFORM.users,
    itemIds: catalogue.map(({ item }) => item.id),
    signalsOf: (user) => audience.user(user).signals,
  };
}

/** Folds the events as a refresh cycle does. */
function fold(database: Database, events: number): Spent {
  const seqs = new Map(allItems(database).map(({ seq, item }) => [item.id, seq]));
  const stop = startWatch();
  const folded = foldNewEvents(database, { seqOfItem: (id) => seqs.get(id), clockOffsetMs: 0 }, Date.now());
  const spent = stop();
  if (folded !== events) throw new Error(`${folded} of ${events} events were folded`);
  return spent;
}

const NOTHING: Spent = { wallS: 0, cpuS: 0 };

function sum(a: Spent, b: Spent): Spent {
  return { wallS: a.wallS + b.wallS, cpuS: a.cpuS + b.cpuS };
}

function startWatch(): () => Spent {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  return () => {
    const wallS = (performance.now() - startMs) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { wallS, cpuS: (user + system) / 1e6 };
  };
}
