/** The warm and the cold table as people read them. */
import { formatCount, type Table } from "@spillway/kit/charts/table.ts";
import { RESAMPLES } from "./cold/bootstrap.ts";
import type { ColdRow } from "./cold/compare-rows.ts";
import type { Evaluation } from "./evaluate.ts";
import type { WarmRow } from "./median-rows.ts";

export const WARM_NAMES: Readonly<Record<string, string>> = {
  generic: "generic page (popular)",
  cluster: "cluster pages",
  "cluster-watched-removed": "cluster pages, watched removed",
  tailored: "tailored at the edge",
  "item-knn": "item–kNN, individual",
  ease: "EASE, individual",
  "ease-200": "EASE as it is shipped, individual",
  individual: "as it is shipped, individual",
  "cluster-popular": "most played within the clusters",
};

const WARM_NOTE = `Of what was held out. As served: each path removes only what it really removes (generic and cluster pages nothing). The
columns after it: everything watched removed, whatever the path. retention: (row − generic) ÷ (EASE − generic), of NDCG@10.`;

export function warmTable({ warm, extra, data, settings }: Evaluation): Table {
  const reference =
    data.warm?.reference === "item-knn"
      ? " EASE whole would take too long or too much (--with-ease): against item–kNN."
      : "";
  const seeds = settings.seeds > 1 ? ` Medians of ${settings.seeds} seeds; their range in brackets.` : "";
  return {
    head: [
      "users with a history",
      "clusters",
      "as served @10",
      "retention",
      "NDCG@10",
      "NDCG@100",
      "Recall@20",
      "retention",
    ],
    align: ["left", ...Array.from({ length: 7 }, () => "right" as const)],
    rows: [...warm.filter((row) => !isTwin(row, warm)), ...extra].map(warmCells),
    note: `${WARM_NOTE}${reference}${seeds}`,
  };
}

/** `individual` is `ease-200` under the name that it has whatever ships. */
function isTwin({ model }: WarmRow, rows: readonly WarmRow[]): boolean {
  return model === "individual" && rows.some((row) => row.model === "ease-200");
}

function warmCells(row: WarmRow): string[] {
  const { model, clusters } = row;
  const range = (seeds: readonly number[] | undefined): string =>
    seeds === undefined || clusters === undefined
      ? ""
      : ` (${percentDigits(Math.min(...seeds))} to ${percentDigits(Math.max(...seeds))})`;
  return [
    WARM_NAMES[model] ?? model,
    clusters === undefined ? "" : formatCount(clusters),
    fourDigits(row.ndcg10AsServed),
    `${percent(row.retention10AsServed)}${range(row.retention10AsServedSeeds)}`,
    ...[row.ndcg10, row.ndcg100, row.recall20].map(fourDigits),
    `${percent(row.retention10)}${range(row.retention10Seeds)}`,
  ];
}

const COLD_NAMES: Readonly<Record<string, string>> = { generic: "generic page", all: "by all signals" };

const COLD_NOTE = `Every fifth user of the synthetic demo audience, known only by a request; learned from the others. clusters: those that
they came to. In brackets, 95 % confidence intervals (paired bootstrap over visitors, ${formatCount(RESAMPLES)} resamples).`;

const VISITS_NOTE = `Each visit of the last part of the file gets the page as it would have been there, most played first, from the past alone;
rebuilt each 60 minutes where nothing else is said. In brackets, 95 % confidence intervals (paired bootstrap over hours,
${formatCount(RESAMPLES)} resamples).`;

export function coldTable({ cold, data }: Evaluation): Table {
  return {
    head: [
      "first visits",
      "clusters",
      "NDCG@10",
      "NDCG@100",
      "Recall@20",
      "over generic",
      "all signals − this",
    ],
    align: ["left", ...Array.from({ length: 6 }, () => "right" as const)],
    rows: cold.map(coldCells),
    note: data.visits === undefined ? COLD_NOTE : VISITS_NOTE,
  };
}

function coldName({ model, rebuiltMinutes }: ColdRow): string {
  if (!model.includes("-rebuilt-")) return COLD_NAMES[model] ?? `by ${model} alone`;
  return `${COLD_NAMES[model.split("-", 1)[0] ?? ""] ?? model}, rebuilt each ${rebuiltMinutes} min`;
}

function coldCells(row: ColdRow): string[] {
  const { model, clusters, liftOverGeneric, ciLow, ciHigh, allMinusThis: less } = row;
  const interval = `${percentDigits(ciLow, 0)} to ${percentDigits(ciHigh, 0)}`;
  return [
    coldName(row),
    formatCount(clusters),
    ...[row.ndcg10, row.ndcg100, row.recall20].map(fourDigits),
    model === "generic" ? "" : `${percentDigits(liftOverGeneric, 0)} % (${interval})`,
    model === "all" ? "" : `${fourDigits(less.mean)} (${fourDigits(less.low)} to ${fourDigits(less.high)})`,
  ];
}

function fourDigits(value: number): string {
  return Number.isFinite(value) ? withMinus(value.toFixed(4)) : "–";
}

/** – where there is nothing to compare with. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${percentDigits(share)} %` : "–";
}

function percentDigits(share: number, digits = 1): string {
  return Number.isFinite(share) ? withMinus((share * 100).toFixed(digits)) : "–";
}

function withMinus(digits: string): string {
  return digits.replace("-", "−");
}
