/** The traffic report as plain JSON, which `--json` prints. */
import type { AgentClass } from "./agent-class.ts";
import type { BandBaseline } from "./baselines.ts";
import type { Kind } from "./categories.ts";
import type { EvidenceKind } from "./evidence.ts";
import type { KnownTraffic } from "./known.ts";

export type Suspect = {
  readonly user: string;
  /** The sum of the evidence in bits. {@link TrafficReport.suspectBits} or more make a suspect. */
  readonly score: number;
  /** Bits by kind of evidence; see evidence.ts. */
  readonly evidence: Partial<Readonly<Record<EvidenceKind, number>>>;
  /** Nights that count, and those of them with the homepage only. */
  readonly nights: number;
  readonly bareNights: number;
  readonly reads: number;
  readonly readsPer: "night" | "session";
  /** Nights with exactly this number of reads, and nights that start within an hour of `start`. */
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
  /** Levels of calls a day before and after, without weekday effects and outliers. */
  readonly before: number;
  readonly after: number;
  /** The difference in standard errors. */
  readonly z: number;
};

/** An address, an agent or a user, with its requests of all kinds. */
export type Caller = {
  /** Empty when the log does not tell. */
  readonly name: string;
  readonly requests: number;
  /** Of all requests in the period. */
  readonly share: number;
  /** True for an address or a user with a tenth of all requests or more. It is no verdict. */
  readonly standsOut: boolean;
  /** The agent of most of an address's requests; null when no agent has most of them. */
  readonly agent: string | null;
  /** How many addresses of an IPv6 network (/64) are meant; null for agents and users. */
  readonly addresses: number | null;
  /** True when the agent names a browser of before 2020 on a computer or a phone. */
  readonly isOldBrowser: boolean;
  readonly isSuspect: boolean;
};

/** Who made most requests, whatever the evidence says: known tests and requests for static files count. */
export type TopCallers = {
  readonly requests: number;
  readonly addresses: readonly Caller[];
  readonly agents: readonly Caller[];
  readonly users: readonly Caller[];
};

/** The traffic report; it is plain JSON. */
export type TrafficReport = {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly source: string;
  /**
   * True when the log has less than a week before the onset, or in total without one, so that there is little
   * to compare with.
   */
  readonly hasShortHistory: boolean;
  /**
   * Times of the first and the last call in the log, whether in the period or not; null when there are no
   * calls.
   */
  readonly logSpan: { readonly from: string; readonly to: string } | null;
  /** `calls` are GETs, without known traffic and calls outside of the period. */
  readonly totals: Readonly<Record<"calls" | "posts" | "users" | "outside" | "rows" | "badRows", number>>;
  /** Null when there is no bad row. */
  readonly firstBadRow: { readonly file: string; readonly line: number; readonly reason: string } | null;
  readonly callers: TopCallers;
  readonly categories: readonly {
    readonly name: string;
    readonly kind: Kind;
    readonly calls: number;
    readonly perDay: number;
  }[];
  readonly agents: Readonly<Record<AgentClass, number>>;
  /**
   * The most certain rise of call volumes; one on the day of `onset` takes precedence. Null when there is
   * none.
   */
  readonly step: ReportedStep | null;
  /** All steps, rises and falls, the most certain first. */
  readonly steps: readonly ReportedStep[];
  /** The day since which homepage-only visits are more frequent; null when there is none. */
  readonly onset: string | null;
  readonly days: readonly {
    readonly date: string;
    readonly calls: number;
    readonly byBand: Readonly<Record<string, number>>;
    readonly posts: number;
    readonly suspects: number;
    readonly known: number;
    /** Calls beyond the threshold; null without a threshold. */
    readonly overThreshold: number | null;
    /** True when the log begins or ends within the day, so that it is not compared with others. */
    readonly isPartial: boolean;
  }[];
  /** The day of the step; without a step, the first day of the period. */
  readonly baselinesFrom: string;
  readonly bands: readonly BandBaseline[];
  readonly suspectBits: number;
  readonly suspectCalls: number;
  /** For each kind of evidence: how many suspects have it, and its mean bits among them. */
  readonly evidence: readonly {
    readonly kind: EvidenceKind;
    readonly ids: number;
    readonly meanBits: number;
  }[];
  /** The networks with most suspects, by each suspect's latest night. */
  readonly networks: readonly { readonly network: string; readonly suspects: number }[];
  /**
   * Visits of the kind that came with the step but by no suspect, for instance by ids that change every
   * night.
   */
  readonly unexplained: { readonly visits: number; readonly ids: number };
  /**
   * Ids that came with the step and have a scraper's habits, as new televisions have them, too: the evidence
   * cannot tell, and none of them is a suspect. `networks` is how many they came from.
   */
  readonly undecided: {
    readonly ids: number;
    readonly networks: number;
    readonly agents: Partial<Readonly<Record<AgentClass, number>>>;
  };
  /**
   * Ids with a scraper's habits that were there before the step, or all the time: kiosks, or scrapers older
   * than the log.
   */
  readonly steadyIds: number;
  /** All suspects, the highest score first. */
  readonly suspects: readonly Suspect[];
  /** Users on the given list who were seen in this period and are no suspects any more. */
  readonly cleared: readonly { readonly user: string; readonly score: number }[];
  readonly known: readonly (Omit<KnownTraffic, "fromS" | "untilS"> & {
    /** Networks of the log that are wider than a marked network, whose calls all count for it. */
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
