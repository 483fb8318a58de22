/** The same reading and the same products in plain JavaScript on one thread: a slice, scaled to the whole. */
import { addScores, modelFromColumns } from "@spillway/model/scoring/item-model.ts";
import { historyVector } from "@spillway/model/profile/history-vector.ts";
import type { Learned } from "@spillway/model/clusters/learned.ts";
import type { Database } from "@spillway/store/database.ts";
import { iterateProfiles } from "@spillway/store/profiles/profiles.ts";
import { toProfile } from "@spillway/store/profiles/stored-profile.ts";
import type { Baseline } from "./measurement.ts";

const SLICE_USERS = 20_000;
const SLICE_CLUSTERS = 40;
/** A slice takes some tenths of a second, so that the median of several is told. */
const ROUNDS = 5;

export function measureBaseline(
  database: Database,
  { itemSeqs, columns, means, clusters }: Learned,
  cycle: {
    readonly users: number;
    readonly readS: number;
    readonly productsS: number;
    readonly nowMs: number;
  },
): Baseline {
  const model = modelFromColumns(itemSeqs, columns);
  const sliceUsers = Math.min(SLICE_USERS, cycle.users);
  const { seconds: sliceReadS } = medianOf(() => {
    let read = 0;
    for (const row of iterateProfiles(database)) {
      historyVector(toProfile(row).history, model, cycle.nowMs);
      read += 1;
      if (read === sliceUsers) break;
    }
  });
  const sliceClusters = Math.min(SLICE_CLUSTERS, clusters.length);
  const items = itemSeqs.length;
  const rows = Uint32Array.from({ length: items }, (_, row) => row);
  const { seconds: sliceProductsS, cpuS: sliceProductsCpuS } = medianOf(() => {
    for (let at = 0; at < sliceClusters; at += 1) {
      const cluster = Math.floor((at * clusters.length) / sliceClusters);
      addScores(
        model,
        { rows, values: means.subarray(cluster * items, (cluster + 1) * items) },
        1,
        new Float32Array(items),
      );
    }
  });
  const readS = (sliceReadS * cycle.users) / sliceUsers;
  const productsS = (sliceProductsS * clusters.length) / sliceClusters;
  return {
    readS,
    productsS,
    productsCpuS: (sliceProductsCpuS * clusters.length) / sliceClusters,
    sliceUsers,
    sliceClusters,
    readRatio: readS / cycle.readS,
    productsRatio: productsS / cycle.productsS,
  };
}

/** By the clock and of the processor; of each the median. */
function medianOf(work: () => void): { readonly seconds: number; readonly cpuS: number } {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - startMs) / 1000, cpuS: (user + system) / 1e6 };
  });
  const median = (of: (round: (typeof rounds)[number]) => number): number =>
    rounds.map(of).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  return { seconds: median(({ seconds }) => seconds), cpuS: median(({ cpuS }) => cpuS) };
}
