/** What a cycle costs for audiences of other sizes: full, where nothing changed, and where 1 % has moved. */
import { measureBaseline } from "./baseline.ts";
import { moveUsers } from "./changes.ts";
import type { MeasuredCycle } from "./cycle-bench.ts";
import { DAY_S, type CurvePoint, type Stages } from "./measurement.ts";
import {
  cpuWithoutTraining,
  onSeededStore,
  peakRssMiB,
  withoutTraining,
  type MeasureOptions,
} from "./seeded-store.ts";

const SAMPLE_EVERY_MS = 20;

export function measureCurvePoint(options: MeasureOptions): Promise<CurvePoint> {
  const { users, nowMs } = options;
  return onSeededStore(options, async ({ database, pool, audience, bench }) => {
    const full = await bench.run(`full, ${users} users`);
    // At once, so that the machine is as busy as it was.
    const { productsS, productsCpuS } = measureBaseline(database, bench.refreshState().learned, {
      users,
      readS: full.seconds.read,
      productsS: full.threadSeconds.products / pool.threads,
      nowMs,
    });
    const unchanged = await bench.run("nothing changed");
    const movedUsers = moveUsers(bench, { audience, users }, DAY_S);
    const [moved, movedPeakRssMiB] = await withPeak(() => bench.run(`${movedUsers} users moved`));
    const peak = peakRssMiB();
    return {
      users,
      clusters: full.clusters,
      trainer: full.trainer,
      trainS: full.seconds.train,
      fullCycleS: withoutTraining(full),
      baselineS: productsS,
      fullCycleCpuS: cpuWithoutTraining(full),
      baselineCpuS: productsCpuS,
      threads: pool.threads,
      nothingChangedS: withoutTraining(unchanged),
      onePercentMovedS: withoutTraining(moved),
      movedUsers,
      stages: stagesOf(full),
      movedStages: stagesOf(moved),
      clustersRenewed: moved.clustersRenewed,
      movedPagesWritten: moved.pagesWritten,
      movedPeakRssMiB,
      peakRssMiB: peak,
    };
  });
}

function stagesOf({ seconds: { learn: _learn, train: _train, ...stages } }: MeasuredCycle): Stages {
  return stages;
}

async function withPeak<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  let peak = 0;
  const sample = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss() / 2 ** 20);
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  try {
    const result = await work();
    sample();
    return [result, peak];
  } finally {
    clearInterval(timer);
  }
}
