/** Counts what visitors of a spike got: by rung, with latencies, over the whole and over the last second. */
import { quantile } from "@spillway/kit/statistics.ts";
import { NOT_SENT } from "@spillway/kit/processes/open-loop.ts";
import type { Outcome } from "@spillway/simulation/live/outcome.ts";

/** The rungs of the ladder, best first. */
export const RUNGS = ["individual", "tailored", "cluster", "parent", "generic", "builtin"] as const;
export type Rung = (typeof RUNGS)[number];

export type Counts = {
  /** Sent or due. */
  readonly visitors: number;
  readonly byRung: Readonly<Record<Rung, number>>;
  /** Status 5xx, a page that says no rung, or no response. */
  readonly failed: number;
  /** Not sent, since this machine was too slow: says nothing about Spillway. */
  readonly notSent: number;
  /** Sent more than {@link LATE_MS} after their time. */
  readonly late: number;
};

export type RungFigures = {
  readonly rung: Rung;
  readonly pages: number;
  /** Of those that were sent. */
  readonly share: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

export type SpikeFigures = Counts & {
  readonly rungs: readonly RungFigures[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The generic and the builtin page, of all that were sent. */
  readonly genericShare: number;
  /** Why there was no page, with how often. */
  readonly failures: Readonly<Record<string, number>>;
};

export const LATE_MS = 100;
const RECENT_MS = 1000;

export class SpikeTally {
  readonly #outcomes: Outcome[] = [];

  add(outcome: Outcome): void {
    this.#outcomes.push(outcome);
  }

  /** Of what was answered in the second before `atMs` of the run. */
  recent(atMs: number): Counts {
    const isRecent = (outcome: Outcome): boolean => outcome.atMs + outcome.latencyMs > atMs - RECENT_MS;
    // An answer that took ten seconds stands at most that far back.
    const first = Math.max(0, this.#outcomes.length - MOST_RECENT);
    return count(this.#outcomes.slice(first).filter(isRecent));
  }

  counts(): Counts {
    return count(this.#outcomes);
  }

  figures(): SpikeFigures {
    const counts = this.counts();
    const sent = counts.visitors - counts.notSent;
    const answered = this.#outcomes.filter((outcome) => rungOf(outcome) !== undefined);
    const byRung = Map.groupBy(answered, (outcome) => rungOf(outcome) ?? "builtin");
    const rungs = RUNGS.flatMap((rung): RungFigures[] => {
      const of = byRung.get(rung);
      if (of === undefined) return [];
      return [{ rung, pages: of.length, share: of.length / sent, ...quantiles(of) }];
    });
    const failures: Record<string, number> = {};
    for (const outcome of this.#outcomes) {
      if (isNotSent(outcome) || rungOf(outcome) !== undefined) continue;
      const reason = outcome.status === 0 ? outcome.servedAs : `status ${outcome.status}`;
      failures[reason] = (failures[reason] ?? 0) + 1;
    }
    const generic = counts.byRung.generic + counts.byRung.builtin;
    return {
      ...counts,
      rungs,
      ...quantiles(answered),
      genericShare: sent === 0 ? 0 : generic / sent,
      failures,
    };
  }
}

const MOST_RECENT = 4000;

function quantiles(outcomes: readonly Outcome[]): { readonly p50Ms: number; readonly p99Ms: number } {
  const latenciesMs = outcomes.map(({ latencyMs }) => latencyMs);
  const rounded = (share: number): number => Math.round(quantile(latenciesMs, share, 0) * 10) / 10;
  return { p50Ms: rounded(0.5), p99Ms: rounded(0.99) };
}

function count(outcomes: readonly Outcome[]): Counts {
  const byRung: Record<Rung, number> = {
    individual: 0,
    tailored: 0,
    cluster: 0,
    parent: 0,
    generic: 0,
    builtin: 0,
  };
  let [failed, notSent, late] = [0, 0, 0];
  for (const outcome of outcomes) {
    const rung = rungOf(outcome);
    if (isNotSent(outcome)) notSent += 1;
    else if (rung === undefined) failed += 1;
    else byRung[rung] += 1;
    if (!isNotSent(outcome) && outcome.lagMs > LATE_MS) late += 1;
  }
  return { visitors: outcomes.length, byRung, failed, notSent, late };
}

function isNotSent({ status, servedAs }: Outcome): boolean {
  return status === 0 && servedAs === NOT_SENT;
}

function rungOf({ status, servedAs }: Outcome): Rung | undefined {
  return status === 200 ? RUNGS.find((rung) => rung === servedAs) : undefined;
}
