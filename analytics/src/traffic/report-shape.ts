/** The traffic report as plain JSON: what `--json` prints. */
import type { AgentClass } from "./agent-class.ts";
import type { BandBaseline } from "./baselines.ts";
import type { Kind } from "./categories.ts";
import type { EvidenceKind } from "./evidence.ts";
import type { KnownTraffic } from "./known.ts";

export type Suspect = {
  readonly user: string;
  /** Bits; {@link TrafficReport.suspectBits} and more make a suspect. */
  readonly score: number;
  /** Kind → bits; see evidence.ts. */
  readonly evidence: Partial<Readonly<Record<EvidenceKind, number>>>;
  /** Nights that count, and those of them with the homepage only. */
  readonly nights: number;
  readonly bareNights: number;
  readonly reads: number;
  readonly readsPer: "night" | "session";
  /** Nights with exactly so many reads, and nights that start within an hour of `start`. */
  readonly sameReads: number;
  readonly sameWindow: number;
  readonly start: string;
  readonly spanMinutes: number;
  readonly postNights: number;
  readonly network: string;
};

export type ReportedStep = {
  /** The first day at the new level. */
  readonly date: string;
  /** A band, `all day`, or `homepage-only visits`. */
  readonly where: string;
  /** Calls a day before and after, as levels without weekdays and outliers. */
  readonly before: number;
  readonly after: number;
  /** In standard errors. */
  readonly z: number;
};

/** Plain JSON. */
export type TrafficReport = {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly source: string;
  /** The log has less than a week before the onset, or in all where there is none: a thin null. */
  readonly hasShortHistory: boolean;
  /** Times of the first and the last call read, inside of the period or not; null of none. */
  readonly logSpan: { readonly from: string; readonly to: string } | null;
  /** `calls` are GETs, without known and those outside of the period. */
  readonly totals: Readonly<Record<"calls" | "posts" | "users" | "outside" | "rows" | "badRows", number>>;
  /** Null: there is none. */
  readonly firstBadRow: { readonly file: string; readonly line: number; readonly reason: string } | null;
  readonly categories: readonly {
    readonly name: string;
    readonly kind: Kind;
    readonly calls: number;
    readonly perDay: number;
  }[];
  readonly agents: Readonly<Record<AgentClass, number>>;
  /** The surest rise of call volumes, one on the day of `onset` before others; null: there is none. */
  readonly step: ReportedStep | null;
  /** All of them, rises and falls, the surest first. */
  readonly steps: readonly ReportedStep[];
  /** Since when visits that only open the homepage are more; null: no such day. */
  readonly onset: string | null;
  readonly days: readonly {
    readonly date: string;
    readonly calls: number;
    readonly byBand: Readonly<Record<string, number>>;
    readonly posts: number;
    readonly suspects: number;
    readonly known: number;
    /** Beyond the threshold; null without one. */
    readonly overThreshold: number | null;
  }[];
  /** Since the step, or of the whole period where there is none. */
  readonly baselinesFrom: string;
  readonly bands: readonly BandBaseline[];
  readonly suspectBits: number;
  readonly suspectCalls: number;
  /** How many suspects have it, and the mean of its bits among them. */
  readonly evidence: readonly {
    readonly kind: EvidenceKind;
    readonly ids: number;
    readonly meanBits: number;
  }[];
  /** Where most suspects were, by their latest night. */
  readonly networks: readonly { readonly network: string; readonly suspects: number }[];
  /** Visits of the kind that came with the step which no suspect made: ids that change every night, say. */
  readonly unexplained: { readonly visits: number; readonly ids: number };
  /** Ids with a scraper's habits that were there before the step, or all the time: kiosks, or scrapers older than the log. */
  readonly steadyIds: number;
  /** All, highest score first. */
  readonly suspects: readonly Suspect[];
  /** Of the list given: seen in this period, and no suspects any more. */
  readonly cleared: readonly { readonly user: string; readonly score: number }[];
  readonly known: readonly (Omit<KnownTraffic, "fromS" | "untilS"> & {
    /** Networks of the log that are wider than what is marked, and belong to it as a whole. */
    readonly widerNetworks: readonly string[];
    readonly from: string;
    readonly until: string;
    readonly calls: number;
    readonly users: number;
  })[];
  readonly bursts: readonly {
    readonly start: string;
    readonly minutes: number;
    readonly calls: number;
    readonly peakPerMinute: number;
    readonly usualPerMinute: number;
    readonly robotShare: number;
  }[];
};
