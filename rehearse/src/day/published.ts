/** The figures published for one such day, and how a simulated day measures up to them. */
import { FULL_DAY_USERS, PRIME } from "./day-model.ts";
import type { StrategyTally } from "./tally.ts";

/**
 * ContentWise, "How to Keep Personalization Alive When Millions Show Up at Once": a European streaming platform, 2.9
 * million distinct users on an ordinary high-traffic 1 October, rate limit + generic page. `tolerance`: half of the last
 * digit published, or what "about" is taken to allow; `most`: an upper bound instead of a value.
 */
export const PUBLISHED = [
  {
    key: "fully",
    label: "users fully personalized",
    target: 0.8465,
    tolerance: 0.0005,
    most: false,
    approximate: false,
  },
  {
    key: "hit",
    label: "users with at least one unpersonalized response",
    target: 0.15,
    tolerance: 0.005,
    most: false,
    approximate: true,
  },
  {
    key: "none",
    label: "users with none personalized",
    target: 0.0349,
    tolerance: 0.0005,
    most: false,
    approximate: false,
  },
  { key: "calls", label: "calls unpersonalized", target: 0.05, tolerance: 0, most: true, approximate: false },
  {
    key: "primeUsers",
    label: "distinct users in prime time (Band C) ÷ all",
    target: 1_500_000 / FULL_DAY_USERS,
    tolerance: 0.0172,
    most: false,
    approximate: true,
  },
  {
    key: "primeHit",
    label: "prime time's users with at least one unpersonalized response",
    target: 0.04,
    tolerance: 0.005,
    most: false,
    approximate: true,
  },
  {
    key: "primeCalls",
    label: "prime time's calls unpersonalized",
    target: 0.02,
    tolerance: 0.005,
    most: false,
    approximate: true,
  },
] as const;

export type FigureKey = (typeof PUBLISHED)[number]["key"];
export type Figures = Readonly<Record<FigureKey, number>>;

export function figuresOf({ users, calls, bands }: StrategyTally): Figures {
  const allUsers = users.fully + users.partly + users.none;
  const allCalls = calls.individual + calls.cluster + calls.generic;
  const prime = bands[PRIME];
  return {
    fully: users.fully / allUsers,
    hit: (users.partly + users.none) / allUsers,
    none: users.none / allUsers,
    calls: (allCalls - calls.individual) / allCalls,
    primeUsers: (prime?.users ?? 0) / allUsers,
    primeHit: (prime?.usersHit ?? 0) / (prime?.users ?? 0),
    primeCalls: (prime?.callsHit ?? 0) / (prime?.calls ?? 0),
  };
}
