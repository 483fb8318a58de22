/** The engagement report: what visitors did, by path, cluster and generation, and what the holdout tells of lift. Pure. */
import { SERVED_AS } from "@spillway/shared/served.ts";
import { ATTRIBUTIONS } from "../../engagement/attribution.ts";
import type { EngagementCounts, EngagementRow } from "../../store/engagement.ts";
import { liftOf, wilson, type Counted, type Interval, type Rate } from "./intervals.ts";

/** Clicks and plays for each impression; null where there is no telling. */
export type Engagement = EngagementCounts & {
  readonly clickRate: Rate | null;
  readonly playRate: Rate | null;
};

export type Lift = Interval & { readonly lift: number };

/** One kind of response against another, by plays for each impression. `all …`: whatever they were served. */
export type Comparison = {
  readonly of: string;
  readonly against: string;
  readonly lift: Lift | null;
};

export type EngagementReport = {
  /** UTC days by the events' time, both included. */
  readonly from: string;
  readonly to: string;
  /** Null: all clusters. */
  readonly cluster: string | null;
  /** Of events that are not contradicted, best rung first; visitors held out stand apart. */
  readonly paths: readonly (Engagement & { readonly servedAs: string; readonly holdout: boolean })[];
  /** Of stored pages, most impressions first. */
  readonly clusters: readonly (Engagement & { readonly cluster: string; readonly servedAs: string })[];
  /** The same by generation, newest first. */
  readonly generations: readonly (Engagement & {
    readonly cluster: string;
    readonly generation: number | null;
  })[];
  /** All events by what became of their claims. */
  readonly attribution: readonly {
    readonly attribution: string;
    readonly reason: string;
    readonly events: number;
  }[];
  /** `holdout`: of visitors apart by lot. `observed`: of whoever was served so, which tells no lift. */
  readonly lift: { readonly basis: "holdout" | "observed"; readonly comparisons: readonly Comparison[] };
};

export type ReportInput = {
  readonly rows: readonly EngagementRow[];
  readonly from: string;
  readonly to: string;
  readonly cluster: string | undefined;
};

const STORED: ReadonlySet<string> = new Set(["cluster", "parent", "generic"]);

export function engagementReport({ rows: all, from, to, cluster }: ReportInput): EngagementReport {
  const rows = cluster === undefined ? all : all.filter((row) => row.cluster === cluster);
  const credible = rows.filter(
    ({ attribution }) => attribution === "verified" || attribution === "plausible",
  );
  const stored = credible.filter(({ servedAs }) => STORED.has(servedAs));
  return {
    from,
    to,
    cluster: cluster ?? null,
    paths: grouped(credible, ({ servedAs, holdout }) => ({ servedAs, holdout: holdout === 1 })).toSorted(
      (a, b) => rungOf(a.servedAs) - rungOf(b.servedAs) || Number(a.holdout) - Number(b.holdout),
    ),
    clusters: grouped(stored, (row) => ({ cluster: row.cluster, servedAs: row.servedAs })).toSorted(
      (a, b) => b.impressions - a.impressions || b.plays - a.plays || (a.cluster < b.cluster ? -1 : 1),
    ),
    generations: grouped(stored, (row) => ({
      cluster: row.cluster,
      generation: row.generation < 0 ? null : row.generation,
    })).toSorted(
      (a, b) =>
        (a.cluster < b.cluster ? -1 : a.cluster > b.cluster ? 1 : 0) ||
        (b.generation ?? 0) - (a.generation ?? 0),
    ),
    attribution: attributions(rows),
    lift: liftReport(credible),
  };
}

function rungOf(servedAs: string): number {
  return SERVED_AS.findIndex((rung) => rung === servedAs);
}

/** Rows added up that have the same key. */
function grouped<Key extends object>(
  rows: readonly EngagementRow[],
  keyOf: (row: EngagementRow) => Key,
): (Key & Engagement)[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keyOf(row)));
  return Array.from(groups.values(), (group) => ({
    // A group has a row.
    ...keyOf(group[0] as EngagementRow),
    ...engagementOf(group),
  }));
}

function engagementOf(rows: readonly EngagementCounts[]): Engagement {
  const sum = (count: keyof EngagementCounts): number => rows.reduce((total, row) => total + row[count], 0);
  const counts = {
    events: sum("events"),
    impressions: sum("impressions"),
    clicks: sum("clicks"),
    plays: sum("plays"),
    completes: sum("completes"),
  };
  return {
    ...counts,
    clickRate: wilson(counts.clicks, counts.impressions) ?? null,
    playRate: wilson(counts.plays, counts.impressions) ?? null,
  };
}

function attributions(rows: readonly EngagementRow[]): EngagementReport["attribution"] {
  const groups = Map.groupBy(rows, ({ attribution, reason }) => `${attribution} ${reason}`);
  return Array.from(groups.values(), (group) => ({
    attribution: group[0]?.attribution ?? "",
    reason: group[0]?.reason ?? "",
    events: group.reduce((sum, row) => sum + row.events, 0),
  })).toSorted((a, b) => orderOf(a.attribution) - orderOf(b.attribution) || b.events - a.events);
}

function orderOf(attribution: string): number {
  return ATTRIBUTIONS.findIndex((known) => known === attribution);
}

/**
 * With a holdout, everybody else against it; without one, the rungs against the generic page as they came. Whoever was drawn
 * counts by the draw, whatever they were served in the end (by "intention to treat", R. A. Fisher's randomization being the only
 * ground of the comparison: rules and outages choose visitors too), and only since there is a draw.
 */
function liftReport(allRows: readonly EngagementRow[]): EngagementReport["lift"] {
  const rows = sinceTheDraw(allRows);
  const [heldOut, others] = [
    rows.filter(({ holdout }) => holdout === 1),
    rows.filter(({ holdout }) => holdout === 0),
  ];
  const rungsOf = (against: string, base: readonly EngagementRow[]) =>
    ["individual", "cluster", "parent"].map((rung) => compare(rung, onRung(others, rung), against, base));
  if (heldOut.length > 0) {
    const all = compare("all others", others, "all held out", heldOut);
    const generic = onRung(heldOut, "generic");
    return {
      basis: "holdout",
      comparisons: [...(generic.length > 0 ? rungsOf("generic, held out", generic) : []), all],
    };
  }
  return { basis: "observed", comparisons: rungsOf("generic", onRung(others, "generic")) };
}

/** From the first whole day of the holdout on; where it is the only one, of that. All rows without one. */
function sinceTheDraw(rows: readonly EngagementRow[]): readonly EngagementRow[] {
  const days = rows.filter(({ holdout }) => holdout === 1).map(({ day }) => day);
  if (days.length === 0) return rows;
  const first = Math.min(...days);
  const from = days.some((day) => day > first) && rows.some(({ day }) => day < first) ? first + 1 : first;
  return rows.filter(({ day }) => day >= from);
}

function onRung(rows: readonly EngagementRow[], rung: string): EngagementRow[] {
  return rows.filter((row) => row.servedAs === rung);
}

function compare(
  of: string,
  rows: readonly EngagementRow[],
  against: string,
  base: readonly EngagementRow[],
): Comparison {
  return { of, against, lift: liftOf(playsOf(rows), playsOf(base)) ?? null };
}

function playsOf(rows: readonly EngagementRow[]): Counted {
  const { plays, impressions } = engagementOf(rows);
  return { successes: plays, tries: impressions };
}
