/**
 * Makes the coverage report from a day of the serving log: who was personalized, by the origin or at the
 * edge, who got a cluster's page, and who the generic page.
 */
import type { ServingGaps, ServingLogReader } from "@spillway/shared/protocol/serving-records.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { bandMinutes } from "./band-minutes.ts";
import { CoverageTally, type CallCounts, type UserClasses } from "./coverage-tally.ts";
import type { LocalDay } from "./local-day.ts";

/**
 * What a platform with one generic page for everybody over the limit would have served with the same
 * admissions.
 */
export type GenericFallback = {
  readonly usersWithGeneric: number;
  readonly callsGeneric: number;
};

export type BandCoverage = {
  readonly name: string;
  readonly thresholdsPerSec: readonly number[];
  readonly minutes: number;
  /** Minutes with more calls than the threshold allows in a minute; undefined without a threshold. */
  readonly minutesOver: number | undefined;
  readonly users: UserClasses;
  readonly calls: CallCounts;
  readonly genericFallback: GenericFallback;
};

/** The coverage report; it is plain JSON. */
export type CoverageReport = {
  readonly day: string;
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  readonly users: UserClasses;
  readonly calls: CallCounts;
  readonly genericFallback: GenericFallback;
  /** Calls by rung of the ladder. */
  readonly callsByRung: Readonly<Record<string, number>>;
  readonly callsByReason: Readonly<Record<string, number>>;
  /** Posted batches of events, which are no responses with a page. */
  readonly eventPosts: number;
  readonly bands: readonly BandCoverage[];
  /** One value for each minute from `from` on. */
  readonly perMinute: {
    readonly calls: readonly number[];
    readonly individual: readonly number[];
    readonly tailored: readonly number[];
    readonly cluster: readonly number[];
    readonly generic: readonly number[];
    readonly thresholdPerMinute: readonly (number | null)[];
  };
  readonly delivery: ServingGaps & { readonly callsMissing: number };
};

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** `routing` holds every version, oldest first. */
export function coverageReport(
  log: Pick<ServingLogReader, "eachOfDay" | "gaps">,
  day: LocalDay,
  routing: readonly RoutingVersion[],
): CoverageReport {
  const { bands, bandOf, thresholdPerSec } = bandMinutes(day, routing);
  const tally = new CoverageTally(bandOf, bands.length);
  const firstMinute = day.startMs / MINUTE_MS;
  const lastMinute = firstMinute + day.minutes - 1;
  for (let utcDay = Math.floor(firstMinute / DAY_MINUTES); utcDay * DAY_MINUTES <= lastMinute; utcDay += 1) {
    const offset = utcDay * DAY_MINUTES - firstMinute;
    log.eachOfDay(utcDay, (high, low, utcMinute, as, reason, calls) => {
      const minute = utcMinute + offset;
      if (minute >= 0 && minute < day.minutes) tally.add(high, low, minute, as, reason, calls);
    });
  }
  const [individual, tailored] = [tally.perMinute("individual"), tally.perMinute("tailored")];
  const [cluster, generic] = [tally.perMinute("cluster"), tally.perMinute("generic")];
  const calls = individual.map(
    (count, minute) => count + (tailored[minute] ?? 0) + (cluster[minute] ?? 0) + (generic[minute] ?? 0),
  );
  const { none: eventPosts = 0, ...callsByRung } = tally.byAs();
  const gaps = log.gaps(day.startMs, day.startMs + day.minutes * MINUTE_MS);
  return {
    day: day.day,
    timeZone: day.timeZone,
    from: new Date(day.startMs).toISOString(),
    to: new Date(day.startMs + day.minutes * MINUTE_MS).toISOString(),
    ...figures(tally),
    callsByRung,
    callsByReason: tally.byReason(),
    eventPosts,
    bands: bands.map((band, at) => ({
      ...band,
      minutes: bandOf.reduce((sum, own) => sum + (own === at ? 1 : 0), 0),
      minutesOver: minutesOver(calls, thresholdPerSec, (minute) => bandOf[minute] === at),
      ...figures(tally, at),
    })),
    perMinute: {
      calls,
      individual,
      tailored,
      cluster,
      generic,
      thresholdPerMinute: thresholdPerSec.map((perSec) => (perSec === undefined ? null : 60 * perSec)),
    },
    delivery: { ...gaps, callsMissing: gaps.callsCounted - gaps.callsArrived },
  };
}

function figures(
  tally: CoverageTally,
  band?: number,
): { users: UserClasses; calls: CallCounts; genericFallback: GenericFallback } {
  const [users, calls] = [tally.users(band), tally.calls(band)];
  return {
    users,
    calls,
    genericFallback: {
      usersWithGeneric: users.someNotIndividual,
      callsGeneric: calls.total - calls.individual,
    },
  };
}

function minutesOver(
  calls: readonly number[],
  thresholdPerSec: readonly (number | undefined)[],
  isOurs: (minute: number) => boolean,
): number | undefined {
  if (thresholdPerSec.some((perSec, minute) => isOurs(minute) && perSec === undefined)) return undefined;
  return calls.filter((count, minute) => isOurs(minute) && count > 60 * (thresholdPerSec[minute] ?? 0))
    .length;
}
