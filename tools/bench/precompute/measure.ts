/** Runs the origin's refresh cycle on a seeded store, again and again after one change each. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { measureBaseline } from "./baseline.ts";
import { changeItem, steady } from "./changes.ts";
import { CADENCE_S, DAY_S, type Measurement } from "./measurement.ts";
import { packFacts } from "./pack-facts.ts";
import { createViewerMapBench } from "./viewer-map-facts.ts";
import { onSeededStore, peakRssMiB, withoutTraining, type MeasureOptions } from "./seeded-store.ts";

export function measure(options: MeasureOptions): Promise<Measurement> {
  const { users, nowMs } = options;
  return onSeededStore(options, async ({ database, pool, audience, bench }) => {
    const full = await bench.run("full");
    const fullCyclePeakRssMiB = peakRssMiB();
    console.error("measuring the baseline …");
    // At once, so that the machine is as busy as it was.
    const baseline = measureBaseline(database, bench.refreshState().learned, {
      users,
      readS: full.seconds.read,
      productsS: full.threadSeconds.products / pool.threads,
      nowMs,
    });
    const packs = packFacts(bench.kv, nowMs);
    const unchanged = await bench.run("nothing changed");
    // The first urgent refresh of a process compiles what the next ones only run.
    await changeItem(bench, { what: "warm-up", rank: 0.9, change: retitle });
    const takedown = await changeItem(bench, { what: "takedown", rank: 0.5, change: takeDown });
    const titleEdit = await changeItem(bench, { what: "title", rank: 0.5, change: retitle });
    const mostPlayedTakedown = await changeItem(bench, { what: "takedown", rank: 0, change: takeDown });
    const mostPlayedTitleEdit = await changeItem(bench, { what: "title", rank: 0, change: retitle });
    const steadyDay = await steady(bench, { audience, users }, { movedForS: DAY_S, clockForwardS: 0 });
    const viewerMap = createViewerMapBench(bench);
    const viewersFirst = await viewerMap.write();
    const steadyHour = await steady(bench, { audience, users }, { movedForS: 3600, clockForwardS: 3600 });
    const viewersSteadyHour = await viewerMap.write();
    const steadyCadence = await steady(
      bench,
      { audience, users },
      { movedForS: CADENCE_S, clockForwardS: CADENCE_S },
    );
    const peak = peakRssMiB();
    const { learn: _learn, train, ...stages } = full.seconds;
    const pages = [...bench.kv.pairs.values()].filter(({ key }) => key.startsWith("page:"));
    return {
      fullCycleS: withoutTraining(full),
      stages,
      trainS: train,
      cpuS: full.cpuS,
      trainer: full.trainer,
      clusters: full.clusters,
      pages: full.pagesBuilt,
      pagesWritten: full.pagesWritten,
      pageBytes: pages.reduce((sum, { value }) => sum + value.length, 0) / Math.max(1, pages.length),
      unchangedCycleS: withoutTraining(unchanged),
      unchangedPagesWritten: unchanged.pagesWritten,
      oneItemChangeS: Math.max(takedown.seconds, titleEdit.seconds),
      mostPlayedItemChangeS: Math.max(mostPlayedTakedown.seconds, mostPlayedTitleEdit.seconds),
      takedown,
      titleEdit,
      mostPlayedTakedown,
      mostPlayedTitleEdit,
      steadyDay,
      steadyHour,
      steadyCadence,
      packs,
      viewersFirst,
      viewersSteadyHour,
      peakRssMiB: peak,
      fullCyclePeakRssMiB,
      baseline,
      baselineS: baseline.productsS,
      nothingChangedS: withoutTraining(unchanged),
      onePercentMovedS: steadyDay.seconds,
    };
  });
}

function takeDown(item: Item): Item {
  return { ...item, takenDown: true };
}

function retitle(item: Item): Item {
  return { ...item, title: `${item.title}, restored` };
}
