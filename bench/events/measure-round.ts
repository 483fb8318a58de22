/** One round of the events benchmark: both ways by turns into fresh files, then the fold of what the real one stored. */
import { join } from "node:path";
import { foldNewEvents } from "../../origin/src/pipeline/fold-events.ts";
import { openDatabase, type Database } from "../../origin/src/store/database.ts";
import { allItems } from "../../origin/src/store/items.ts";
import type { StoredEvent } from "../../shared/src/events.ts";
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

export type Round = { readonly realS: number; readonly bareS: number; readonly foldS: number };

/** `folder`: for the two files. Throws unless every event was stored and folded. */
export async function measureRound(folder: string, events: number, bareFirst: boolean): Promise<Round> {
  const nowMs = Date.now();
  using opened = new DisposableStack();
  const open = (name: string): Database => {
    const database = opened.adopt(openDatabase(join(folder, name)), ({ close }) => close());
    seedOrigin(database, PLATFORM, nowMs);
    return database;
  };
  const real = open("real.db");
  const bare = open("bare.db");
  const source = synthetic(real, nowMs);
  const realPath = createRealPath(real);
  const insert = bareInsert(bare);
  const ways = {
    real: async (batches: readonly StoredEvent[][]): Promise<number> => {
      const requests = await Promise.all(batches.map(realPath.request));
      const responses: Response[] = [];
      const startMs = performance.now();
      for (const request of requests) responses.push(await realPath.answer(request));
      const tookMs = performance.now() - startMs;
      for (const [at, response] of responses.entries()) await checkStored(response, batches[at]?.length ?? 0);
      return tookMs / 1000;
    },
    bare: (batches: readonly StoredEvent[][]): Promise<number> => {
      const rows = batches.map((batch) => batch.map((event) => toCells(event, Date.now())));
      const startMs = performance.now();
      for (const batch of rows) insert(batch);
      return Promise.resolve((performance.now() - startMs) / 1000);
    },
  };
  const spentS = { real: 0, bare: 0 };
  const stream = syntheticEvents(source, nowMs);
  let order = bareFirst ? (["bare", "real"] as const) : (["real", "bare"] as const);
  for (let left = events; left > 0; left -= TURN_BATCHES * BATCH) {
    const batches: StoredEvent[][] = [];
    for (let at = 0; at < Math.min(left, TURN_BATCHES * BATCH); at += BATCH) {
      batches.push(Array.from({ length: Math.min(BATCH, left - at) }, () => stream.next().value));
    }
    for (const way of order) spentS[way] += await ways[way](batches);
    order = order[0] === "bare" ? ["real", "bare"] : ["bare", "real"];
  }
  return { realS: spentS.real, bareS: spentS.bare, foldS: fold(real, events) };
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

/** As a refresh cycle does it. */
function fold(database: Database, events: number): number {
  const seqs = new Map(allItems(database).map(({ seq, item }) => [item.id, seq]));
  const startMs = performance.now();
  const folded = foldNewEvents(database, { seqOfItem: (id) => seqs.get(id), clockOffsetMs: 0 }, Date.now());
  const tookS = (performance.now() - startMs) / 1000;
  if (folded !== events) throw new Error(`${folded} of ${events} events were folded`);
  return tookS;
}
