/** The curve of audiences as a table: what a cycle costs by how many there are, and how many have moved. */
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import type { PrecomputeCurve } from "./bench-precompute.ts";
import type { CurvePoint } from "./measurement.ts";

export function describeCurve({ items, curve }: PrecomputeCurve): string {
  return textTable({
    head: [
      "users",
      "full",
      "÷ baseline",
      "by processor",
      "nothing changed",
      "÷ full",
      "1 % moved",
      "÷ full",
      "MiB then",
      "MiB",
    ],
    align: ["right", "right", "right", "right", "right", "right", "right", "right", "right", "right"],
    rows: curve.map(rowOf),
    note: `${formatCount(items)} titles. Seconds without the training (${curve.map(({ trainer, trainS }) => `${trainer} ${trainS.toFixed(0)} s`).join(", ")}).
baseline: the products of all clusters in plain JavaScript on one thread. By processor: the full cycle's processor time ÷ its threads ÷ the baseline's.   must ≤ 2.5; ≤ 0.03; ≤ 0.15; 10 million users with 1 % moved ≤ 30 s and 3,072 MiB`,
  });
}

function rowOf(point: CurvePoint): string[] {
  const { fullCycleS, baselineS, nothingChangedS, onePercentMovedS } = point;
  return [
    formatCount(point.users),
    fullCycleS.toFixed(1),
    (fullCycleS / baselineS).toFixed(2),
    (point.fullCycleCpuS / point.threads / point.baselineCpuS).toFixed(2),
    nothingChangedS.toFixed(2),
    (nothingChangedS / fullCycleS).toFixed(3),
    onePercentMovedS.toFixed(2),
    (onePercentMovedS / fullCycleS).toFixed(3),
    formatCount(point.movedPeakRssMiB),
    formatCount(point.peakRssMiB),
  ];
}
