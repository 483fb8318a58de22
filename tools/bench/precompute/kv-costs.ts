/** What steady days cost in KV writes. */
import { VIEWER_MAP_CADENCE_S } from "./viewer-map-facts.ts";
import { CADENCE_S, DAY_S, type Measurement, type Steady } from "./measurement.ts";

export type KvCost = { readonly name: string; readonly writes: number; readonly usd: number };

const MONTH_S = 30 * DAY_S;
/**
 * Workers paid plan, "keys written": 1 million a month included, then $5.00 a million
 * (developers.cloudflare.com/kv/platform/pricing).
 */
const INCLUDED_WRITES = 1e6;
const USD_PER_MILLION = 5;

/**
 * A month of cycles that each write as many pages and packs as the measured one of that length did, and the
 * index. An upper bound stands last: as if every cycle at the default cadence saw a whole day's changes.
 */
export function kvCosts(measured: Measurement): KvCost[] {
  const { steadyDay, steadyHour, steadyCadence, viewersFirst, viewersSteadyHour } = measured;
  return [
    cost("a cycle a day", DAY_S, ofCycle(steadyDay)),
    cost("a cycle an hour", 3600, ofCycle(steadyHour)),
    cost(`a cycle every ${CADENCE_S} s, the default`, CADENCE_S, ofCycle(steadyCadence)),
    cost("the same, each as after a whole day", CADENCE_S, ofCycle(steadyDay)),
    cost("the viewer map, once an hour", VIEWER_MAP_CADENCE_S, viewersSteadyHour.writes),
    cost("the same, each shard changed", VIEWER_MAP_CADENCE_S, viewersFirst.shards),
  ];
}

function ofCycle({ pagesWritten, packsWritten }: Steady): number {
  return pagesWritten + packsWritten + 1;
}

function cost(name: string, everyS: number, writesEach: number): KvCost {
  const writes = (MONTH_S / everyS) * writesEach;
  return { name, writes, usd: (Math.max(0, writes - INCLUDED_WRITES) * USD_PER_MILLION) / 1e6 };
}
