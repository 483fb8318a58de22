/**
 * The engagement report: what visitors did, by path, cluster and generation, and the lift that the holdout
 * shows. Pure.
 */
import { SERVED_AS } from "@spillway/shared/protocol/served.ts";
import { ATTRIBUTIONS } from "@spillway/shared/protocol/engagement.ts";
import type { EngagementCounts, EngagementRow } from "@spillway/shared/protocol/engagement.ts";
import type { HoldoutLift } from "./holdout-lift.ts";
import { liftOf, wilson, type Counted, type Interval, type Rate } from "./intervals.ts";

/** Counts, with clicks and plays per impression. A rate is null when it cannot be computed. */
export type Engagement = EngagementCounts & {
  readonly clickRate: Rate | null;
  readonly playRate: Rate | null;
};

export type Lift = Interval & { readonly lift: number };

/** Compares one kind of response with another, by plays per impression. */
export type Comparison = {
  readonly of: string;
  readonly against: string;
  readonly lift: Lift | null;
};

export type EngagementReport = {
  /** UTC days by the events' time, both included. */
  readonly from: string;
  readonly to: string;
  /** Null means all clusters. */
  readonly cluster: string | null;
  /**
   * By rung, best rung first, without contradicted events. Visitors who are held out have rows of their own.
   */
  readonly paths: readonly (Engagement & { readonly servedAs: string; readonly holdout: boolean })[];
  /** By cluster and rung of stored pages, most impressions first. */
  readonly clusters: readonly (Engagement & { readonly cluster: string; readonly servedAs: string })[];
  /** By cluster and generation of stored pages, newest first. */
  readonly generations: readonly (Engagement & {
    readonly cluster: string;
    readonly generation: number | null;
  })[];
  /** The number of all events, by the result of their attribution. */
  readonly attribution: readonly {
    readonly attribution: string;
    readonly reason: string;
    readonly events: number;
  }[];
  /** The lift over all clusters; null when routing.toml has no holdout. */
  readonly holdout: HoldoutLift | null;
  /**
   * Compares visitors as they happened to be served. They differ in more than the page, so this is not lift.
   */
  readonly observed: readonly Comparison[];
};

export type ReportInput = {
  readonly rows: readonly EngagementRow[];
  readonly from: string;
  readonly to: string;
  readonly cluster: string | undefined;
  readonly holdout: HoldoutLift | undefined;
};

/** A tailored page is one viewer's own, so that its plays say nothing of the cluster's page. */
const STORED: ReadonlySet<string> = new Set(["cluster", "parent", "generic"]);

export function engagementReport(input: ReportInput): EngagementReport {
  const { rows: all, from, to, cluster } = input;
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
    holdout: input.holdout ?? null,
    observed: observed(credible),
  };
}

function rungOf(servedAs: string): number {
  return SERVED_AS.findIndex((rung) => rung === servedAs);
}

/** Adds up the rows with the same key. */
function grouped<Key extends object>(
  rows: readonly EngagementRow[],
  keyOf: (row: EngagementRow) => Key,
): (Key & Engagement)[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keyOf(row)));
  return Array.from(groups.values(), (group) => ({
    // A group has at least one row.
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
    hides: sum("hides"),
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

function observed(rows: readonly EngagementRow[]): readonly Comparison[] {
  const others = rows.filter(({ holdout }) => holdout === 0);
  const generic = playsOf(onRung(others, "generic"));
  return ["individual", "tailored", "cluster", "parent"].map((rung) => ({
    of: rung,
    against: "generic",
    lift: liftOf(playsOf(onRung(others, rung)), generic) ?? null,
  }));
}

function onRung(rows: readonly EngagementRow[], rung: string): EngagementRow[] {
  return rows.filter((row) => row.servedAs === rung);
}

function playsOf(rows: readonly EngagementRow[]): Counted {
  const { plays, impressions } = engagementOf(rows);
  return { successes: plays, tries: impressions };
}
