/** Formats clusters, one cluster's page beside others, and splits for a terminal. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import {
  differenceOf,
  type ComparedCarousel,
  type ComparedItem,
  type ComparedPage,
  type ItemPlace,
  type PageWhose,
  type ShownCluster,
} from "@spillway/shared/clusters/compared-pages.ts";
import {
  callsOf,
  type ClusterList,
  type ListedCluster,
  type RungCalls,
} from "@spillway/shared/clusters/listed-clusters.ts";
import { duration, percent } from "@spillway/shared/protocol/now-sentence.ts";
import type { StoredSplits } from "@spillway/store/state.ts";
import { printable } from "../operate/columns.ts";

const COUNT = new Intl.NumberFormat("en");

/** Of these columns the figures stand at the right. */
const RIGHT = new Set([1, 2, 3, 4, 5, 6]);

export function clustersTable({ at, clusters, traffic }: ClusterList): string {
  const rows = clusters.map((cluster) => [
    cluster.id,
    COUNT.format(cluster.members),
    ...gainsOf(cluster),
    pagesOf(cluster.hour, callsOf(traffic.hour)),
    pagesOf(cluster.day, callsOf(traffic.day)),
    cluster.page === null ? "none" : duration(Date.parse(at) - Date.parse(cluster.page.changedAt)),
    `${printable(cluster.definition)}  (parent ${cluster.parent ?? "none"})`,
  ]);
  const heading = [
    "id",
    "members",
    "gain",
    "over generic",
    "last hour",
    "last day",
    "page age",
    "definition",
  ];
  return [
    ...aligned([heading, ...rows]),
    `${counted(clusters.length, "cluster")}. ${trafficText(traffic)}`,
  ].join("\n");
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => (RIGHT.has(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function gainsOf({ gain, gainOverGeneric }: ListedCluster): [string, string] {
  return [percentOf(gain), gainOverGeneric === null ? "?" : percentOf(gainOverGeneric)];
}

function percentOf(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function pagesOf(rungs: RungCalls, all: number): string {
  const calls = callsOf(rungs);
  return calls === 0 ? "0" : `${COUNT.format(calls)} (${percent(calls / all)})`;
}

function trafficText({ hour, day, since, outside }: ClusterList["traffic"]): string {
  if (since === null) return "No page was reported in the last 24 hours.";
  const gone =
    outside.day === 0
      ? ""
      : ` ${COUNT.format(outside.day)} of the day's were of clusters that the tree has no more.`;
  return `Pages of all: ${COUNT.format(callsOf(hour))} in the last hour, ${COUNT.format(callsOf(day))} in the last day; the first at ${since.slice(0, 16)}Z.${gone}`;
}

const NAMES: Readonly<Record<PageWhose, string>> = {
  own: "its own page",
  parent: "the parent's page",
  generic: "the generic page",
};

export function clusterText(shown: ShownCluster): string {
  const { at, context, cluster, path, allPages, standsIn, pages } = shown;
  const [gain, overGeneric] = gainsOf(cluster);
  const facts = [
    `${cluster.id}: ${printable(cluster.definition)}`,
    `path       ${path.map(({ id }) => id).join(" > ")}`,
    `members    ${COUNT.format(cluster.members)}`,
    `gain       ${gain} over the parent's page, ${overGeneric} over the generic one`,
    `last hour  ${servedText(cluster.hour, allPages.hour)}`,
    `last day   ${servedText(cluster.day, allPages.day)}`,
  ];
  const own = pages[0];
  if (own?.page === null)
    facts.push(
      `It has no page of ${context}. ${standsIn === null ? "Nobody's stands in" : `That of ${standsIn} stands in`}.`,
    );
  const titles = new Map(
    pages.flatMap(({ carousels }) => carousels.map(({ id, title }): [string, string] => [id, title])),
  );
  return [...facts, ...pages.flatMap((page) => ["", ...pageText(page, context, at, titles)])].join("\n");
}

function servedText(rungs: RungCalls, all: number): string {
  if (all === 0) return "no page was reported";
  const parts = Object.entries(rungs).map(([rung, calls]) => `${COUNT.format(calls)} ${rung}`);
  return `${pagesOf(rungs, all)} of ${counted(all, "page")}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}

function pageText(
  { whose, cluster, page, carousels }: ComparedPage,
  context: string,
  at: string,
  titles: ReadonlyMap<string, string>,
): string[] {
  const name = `${context}: ${NAMES[whose]} (${cluster})`;
  if (page === null) return [`${name} is not stored`];
  const age = duration(Date.parse(at) - Date.parse(page.changedAt));
  return [
    `${name}, generation ${page.generation}, changed ${age} ago`,
    ...carousels.flatMap((carousel) => [
      `  ${printable(carousel.title)}${carouselMark(carousel)}`,
      ...carousel.items.map(
        (item, index) =>
          `    ${String(index + 1).padStart(2)}  ${printable(item.title)}${itemMark(item, { carousel: carousel.id, position: index + 1 }, titles)}`,
      ),
    ]),
  ];
}

function carouselMark({ beside }: ComparedCarousel): string {
  const absent = absentFrom(beside);
  return absent.length === 0 ? "" : `  [not on ${absent.map((whose) => NAMES[whose]).join(" or ")}]`;
}

function itemMark(item: ComparedItem, here: ItemPlace, titles: ReadonlyMap<string, string>): string {
  const difference = differenceOf(item, here);
  if (difference === undefined) return "";
  if (difference.kind === "absent")
    return `  [not on ${difference.from.map((whose) => NAMES[whose]).join(" or ")}]`;
  const { from, place } = difference;
  const where =
    place.carousel === here.carousel
      ? ""
      : ` in “${printable(titles.get(place.carousel) ?? place.carousel)}”`;
  return `  [${place.position}${where} on ${NAMES[from]}]`;
}

function absentFrom(beside: ComparedCarousel["beside"]): PageWhose[] {
  return (Object.entries(beside) as [PageWhose, number | null][]).flatMap(([whose, place]) =>
    place === null ? [whose] : [],
  );
}

export function splitsTable(all: StoredSplits): string {
  const width = Math.max(7, ...all.map(({ cluster }) => cluster.length));
  const lines = all.map(({ cluster, signal, children, members, gainShare, z }) =>
    [
      cluster.padEnd(width),
      signal.padEnd(8),
      String(children).padStart(8),
      String(members).padStart(7),
      `${(100 * gainShare).toFixed(2).padStart(7)} %`,
      z.toFixed(1).padStart(6),
    ].join("  "),
  );
  return [
    `${"cluster".padEnd(width)}  split by  children  members       gain       z`,
    ...lines,
    `${all.length} splits. gain: share of the audience's total variance of taste; z: standard deviations beyond chance, at least 4.5.`,
  ].join("\n");
}
