/**
 * Bounds what the anonymous profiles of one network weigh in training, so that whoever has many ids in one
 * network shapes little.
 */
import { MAX_VISITS } from "@spillway/model/clusters/audience.ts";
import { transact, type Database } from "../database.ts";
import { WEIGHS } from "./weight.ts";

/** The most that one network weighs, of what all weigh. */
const NETWORK_SHARE = 0.01;
/** A network that weighs less than this is never cut: a small audience may come from few networks. */
const LEAST_CAP = 50;

const WEIGHT = `min(${MAX_VISITS}, max(1, visits))`;

/**
 * Decides anew which profiles are within their network's share: the oldest ones, so that newcomers push out
 * nobody. Returns how many networks are cut. It reads all profiles, unless no network has many.
 */
export function capNetworks(database: Database): number {
  const { sqlite } = database;
  const hasLarge = sqlite
    .prepare<[number], number>(
      `SELECT 1 FROM profiles WHERE network IS NOT NULL GROUP BY network
       HAVING count(*) * ${MAX_VISITS} > ? LIMIT 1`,
    )
    .pluck()
    .get(LEAST_CAP);
  const caps = hasLarge === undefined ? [] : findCaps(sqlite);
  transact(database, () => {
    sqlite.prepare("DELETE FROM network_caps").run();
    const add = sqlite.prepare<[string, number]>("INSERT INTO network_caps VALUES (?, ?)");
    for (const [network, lastRowid] of caps) add.run(network, lastRowid);
  });
  return caps.length;
}

function findCaps(sqlite: Database["sqlite"]): [network: string, lastRowid: number][] {
  const weights = sqlite
    .prepare<[], [network: string | null, weight: number]>(
      `SELECT network, sum(${WEIGHT}) FROM profiles WHERE ${WEIGHS} GROUP BY network`,
    )
    .raw()
    .all();
  const ofNetworks = weights.flatMap(([network, weight]) => (network === null ? [] : [weight]));
  const others = weights.find(([network]) => network === null)?.[1] ?? 0;
  const cap = capOf(others, ofNetworks);
  const lastWithin = sqlite
    .prepare<[string, number], number | null>(
      `SELECT max(rowid) FROM (SELECT rowid, sum(${WEIGHT}) OVER (ORDER BY rowid) AS weight FROM profiles
         WHERE network = ? AND ${WEIGHS}) WHERE weight <= ?`,
    )
    .pluck();
  return weights.flatMap(([network, weight]) =>
    network === null || weight <= cap ? [] : [[network, lastWithin.get(network, cap) ?? 0]],
  );
}

/**
 * The most that a network may weigh: the greatest cap that is {@link NETWORK_SHARE} of what all weigh once
 * every network is cut to it. `others` is what weighs without a network.
 */
export function capOf(others: number, networks: readonly number[]): number {
  let cap = Infinity;
  for (;;) {
    const within = cap;
    const total = networks.reduce((sum, weight) => sum + Math.min(weight, within), others);
    const next = Math.max(LEAST_CAP, NETWORK_SHARE * total);
    // What all weigh falls with the cap, which so falls until it fits, or to the least one.
    if (cap - next < 1) return Math.floor(next);
    cap = next;
  }
}
