/** The figures that were published for one such day, and the comparison of a simulated day with them. */
import { FULL_DAY_USERS, PRIME } from "./day-model.ts";
import type { StrategyTally } from "./tally.ts";

/**
 * ContentWise, "How to Keep Personalization Alive When Millions Show Up at Once": a European streaming
 * platform, rate limit + generic page, 2.9 million distinct users on an ordinary high-traffic 1 October.
 * `tolerance` is what rounds to a figure published as "about", and 0.1 percentage points for a figure with
 * two decimals. It is undefined for an upper bound.
 */
export const PUBLISHED = [
  { key: "fully", label: "users fully personalized", target: 0.8465, tolerance: 0.001 },
  { key: "hit", label: "users with an unpersonalized response", target: 0.15, tolerance: 0.005 },
  { key: "none", label: "users with none personalized", target: 0.0349, tolerance: 0.001 },
  { key: "calls", label: "calls unpersonalized", target: 0.05, tolerance: undefined },
  {
    key: "primeUsers",
    label: "users in prime time",
    target: 1.5e6 / FULL_DAY_USERS,
    tolerance: 5e4 / FULL_DAY_USERS,
  },
  { key: "primeHit", label: "of these, with an unpersonalized response", target: 0.04, tolerance: 0.005 },
  { key: "primeCalls", label: "calls unpersonalized in prime time", target: 0.02, tolerance: 0.005 },
] as const;

export type FigureKey = (typeof PUBLISHED)[number]["key"];
/** All figures are shares. "Unpersonalized" means not served individually. */
export type Figures = Readonly<Record<FigureKey, number>>;

export function figuresOf({ users, calls, bands }: StrategyTally): Figures {
  const allUsers = users.fully + users.partly + users.none;
  const allCalls = calls.individual + calls.cluster + calls.generic;
  const prime = bands[PRIME];
  if (prime === undefined) throw new RangeError("the tally has no prime time");
  return {
    fully: users.fully / allUsers,
    hit: (users.partly + users.none) / allUsers,
    none: users.none / allUsers,
    calls: (allCalls - calls.individual) / allCalls,
    primeUsers: prime.users / allUsers,
    primeHit: prime.usersHit / prime.users,
    primeCalls: prime.callsHit / prime.calls,
  };
}

export function isMet(figure: (typeof PUBLISHED)[number], result: number): boolean {
  const { target, tolerance } = figure;
  return tolerance === undefined ? result < target : Math.abs(result - target) <= tolerance;
}
