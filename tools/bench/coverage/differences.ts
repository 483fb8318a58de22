/** Where a coverage report is not what the simulator decided. Pure. */
import type { CoverageReport } from "@spillway/analytics/coverage/coverage.ts";
import type { SimulatedCalls } from "./simulate-calls.ts";

const RUNG_NAMES = ["individual", "cluster", "generic"] as const;

/** A line for each figure that differs. */
export function differences(report: CoverageReport, { truth, startOf, rungs }: SimulatedCalls): string[] {
  const { users, calls, bands } = report;
  const hit = truth.users.partly + truth.users.none;
  const pairs: [figure: string, reported: number | undefined, decided: number][] = [
    ["distinct users", users.distinct, truth.users.fully + hit],
    ["fully personalized", users.fullyPersonalized, truth.users.fully],
    ["with an unpersonalized response", users.someUnpersonalized, hit],
    ["none personalized", users.nonePersonalized, truth.users.none],
    ["with a cluster page", users.someCluster, truth.usersEver.cluster],
    ["with the generic page", users.someGeneric, truth.usersEver.generic],
    ["cluster instead of generic", users.clusterInsteadOfGeneric, hit - truth.usersEver.generic],
    ["individual calls", calls.individual, truth.calls.individual],
    ["cluster calls", calls.cluster, truth.calls.cluster],
    ["generic calls", calls.generic, truth.calls.generic],
    ["missing calls", report.delivery.callsMissing, 0],
  ];
  truth.bands.forEach((band, at) => {
    const told = bands[at];
    const name = told?.name ?? `band ${at}`;
    pairs.push(
      [`${name}: users`, told?.users.distinct, band.users],
      [`${name}: users hit`, told?.users.someUnpersonalized, band.usersHit],
      [`${name}: calls`, told?.calls.total, band.calls],
      [`${name}: calls hit`, told && told.calls.total - told.calls.individual, band.callsHit],
    );
  });
  for (let minute = 0; minute < report.perMinute.calls.length; minute += 1) {
    const own = rungs.subarray(startOf[60 * minute], startOf[60 * minute + 60]);
    RUNG_NAMES.forEach((name, rung) => {
      const decided = own.reduce((sum, one) => sum + (one === rung ? 1 : 0), 0);
      pairs.push([`minute ${minute}: ${name}`, report.perMinute[name][minute], decided]);
    });
  }
  return pairs
    .filter(([, reported, decided]) => reported !== decided)
    .map(([figure, reported, decided]) => `${figure}: reported ${reported}, decided ${decided}`);
}
