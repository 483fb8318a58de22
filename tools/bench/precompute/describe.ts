/** The precompute benchmark as tables, with a bar for each stage's share of the cycle. */
import { CYCLE_STAGES } from "@spillway/origin/pipeline/process/cycle-report.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import type { PrecomputeBench } from "./bench-precompute.ts";
import { CADENCE_S, type Change, type Steady } from "./measurement.ts";

const STAGES = CYCLE_STAGES.filter((stage) => stage !== "train");
const BAR_LENGTH = 40;

export function describe(bench: PrecomputeBench): string {
  const { users, items, clusters, pages } = bench;
  return [
    `${formatCount(users)} users with ${bench.playsPerUser.toFixed(1)} items each, of ${formatCount(items)}; seeded in ${bench.seedS.toFixed(0)} s`,
    `${formatCount(clusters)} clusters (leaves), ${formatCount(pages)} pages of ${(bench.pageBytes / 1024).toFixed(1)} KiB on average, ${formatCount(bench.pagesWritten)} written`,
    stagesTable(bench),
    changesTable(bench),
    packs(bench),
    viewers(bench),
    costsTable(bench),
    `Peak memory ${formatCount(bench.peakRssMiB)} MiB, ${formatCount(bench.fullCyclePeakRssMiB)} until the full cycle's end; what was published stands in it too   must ≤ 3,072`,
    baseline(bench),
  ].join("\n\n");
}

function stagesTable({ stages, fullCycleS, baselineS, trainS, trainer, cpuS }: PrecomputeBench): string {
  const fullCpuS = Object.values(cpuS).reduce((sum, seconds) => sum + seconds, 0) - cpuS.train;
  return textTable({
    head: ["stage", "seconds", "processor s", "of the full cycle"],
    align: ["left", "right", "right", "left"],
    rows: [
      ...STAGES.map((name) => [
        name,
        stages[name].toFixed(2),
        cpuS[name].toFixed(2),
        bar(stages[name] / fullCycleS),
      ]),
      [
        "full cycle",
        fullCycleS.toFixed(2),
        fullCpuS.toFixed(2),
        `${(fullCycleS / baselineS).toFixed(2)} × the baseline's products, must ≤ 2.5, aim 1.5`,
      ],
      ["training", trainS.toFixed(2), cpuS.train.toFixed(2), `${trainer}, apart: a model serves many cycles`],
    ],
  });
}

function ofFull(seconds: number, { fullCycleS }: PrecomputeBench): string {
  return `${(seconds / fullCycleS).toFixed(3)} of a full cycle`;
}

function bar(share: number): string {
  const filled = Math.round(BAR_LENGTH * Math.min(1, share));
  return `${"█".repeat(filled)}${"░".repeat(BAR_LENGTH - filled)} ${percent(share)}`;
}

function changesTable(bench: PrecomputeBench): string {
  const { pages } = bench;
  const unchanged = {
    seconds: bench.unchangedCycleS,
    pagesWritten: bench.unchangedPagesWritten,
    packsWritten: 0,
  };
  return textTable({
    head: ["then", "seconds", "pages written", ""],
    align: ["left", "right", "right", "left"],
    rows: [
      changeRow(
        "nothing changed",
        unchanged,
        `must write 0; ${ofFull(bench.nothingChangedS, bench)}, must ≤ 0.03`,
      ),
      changeRow("an item of median popularity taken down", bench.takedown, "must ≤ 1 s"),
      changeRow("another one's title edited", bench.titleEdit, "must ≤ 1 s"),
      changeRow(
        "the most played item taken down",
        bench.mostPlayedTakedown,
        worst(bench.mostPlayedTakedown, pages),
      ),
      changeRow(
        "the next one's title edited",
        bench.mostPlayedTitleEdit,
        worst(bench.mostPlayedTitleEdit, pages),
      ),
      steadyRow(bench.steadyDay, `, must ≤ 20 %; ${ofFull(bench.onePercentMovedS, bench)}, must ≤ 0.15`),
      steadyRow(bench.steadyHour),
      steadyRow(bench.steadyCadence),
    ],
  });
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function packs({ packs: facts }: PrecomputeBench): string {
  const [catalogue, model, memory] = [facts.catalogueBytes, facts.modelBytes, facts.memoryBytes].map(
    (bytes) => (bytes / 1e6).toFixed(2),
  );
  return [
    `Packs: the catalogue's ${catalogue} MB, the model's ${model} MB (${facts.weightsPerRow} weights a row at most, ${formatCount(facts.weights)} in all; ${facts.budget})`,
    `  in an isolate's memory ${memory} MB   must ≤ 12 with 20,000 titles, aim 8`,
    `  read and checked in ${ms(facts.readMs)}, a catalogue that has hardly changed in ${ms(facts.readAgainMs)}; the carousels of an instant in ${ms(facts.prepareMs)}, of the next minute in ${ms(facts.prepareNextMs)}`,
  ].join("\n");
}

function viewers({ viewersFirst: first, viewersSteadyHour: later }: PrecomputeBench): string {
  return [
    `Viewer map: ${formatCount(first.users)} users in ${formatCount(first.shards)} shards of ${(first.bytes / first.shards / 1024).toFixed(0)} KiB, ${(first.bytes / 1e6).toFixed(0)} MB in all; a user's state ${first.medianBytes} bytes, p99 ${first.p99Bytes}`,
    `  the whole in ${first.seconds.toFixed(1)} s (${first.cpuS.toFixed(1)} s of processor time), ${formatCount(first.writes)} keys written; an hour later in ${later.seconds.toFixed(1)} s, ${formatCount(later.writes)} keys`,
  ].join("\n");
}

function worst({ pagesWritten }: Change, pages: number): string {
  return `the worst case: ${percent(pagesWritten / pages)} of the pages`;
}

function changeRow(name: string, { seconds, pagesWritten }: Change, note: string): string[] {
  return [name, seconds.toFixed(2), formatCount(pagesWritten), note];
}

function steadyRow(steady: Steady, note = ""): string[] {
  return changeRow(
    `${formatCount(steady.movedUsers)} users moved, the clock ${steady.clockForwardS} s on`,
    steady,
    `${percent(steady.pagesShare)} of the pages; ${formatCount(steady.pagesKept)} more would hardly be better${note}`,
  );
}

function costsTable({ kvWritesPerMonth }: PrecomputeBench): string {
  return textTable({
    head: ["a month of steady days", "KV writes", "USD"],
    align: ["left", "right", "right"],
    rows: kvWritesPerMonth.map(({ name, writes, usd }) => [name, formatCount(writes), usd.toFixed(2)]),
    note: `Workers KV's list price: a million writes a month included, then $5 a million (developers.cloudflare.com/kv/platform/pricing).
1 % of the histories move in a day. The default cadence is ${CADENCE_S} s.`,
  });
}

function baseline({ baseline: plain }: PrecomputeBench): string {
  return [
    "The same in plain JavaScript on one thread, measured on a slice and scaled to the whole:",
    `  reading   ${plain.readS.toFixed(1)} s, ${plain.readRatio.toFixed(1)} × as long as the cycle's (${formatCount(plain.sliceUsers)} users, an object for each entry)`,
    `  products  ${plain.productsS.toFixed(1)} s, ${plain.productsRatio.toFixed(1)} × as long as the cycle's (${formatCount(plain.sliceClusters)} clusters, weights by source item)`,
  ].join("\n");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
