/** The sink of the report: it turns calls into counts, actor-nights and known traffic in one pass. */
import { agentClassifier } from "./agent-class.ts";
import { createActorNights, type ActorNights } from "./actor-nights.ts";
import { createCallers, type Callers } from "./callers.ts";
import { createCallCounts, type CallCounts } from "./call-counts.ts";
import { localMinute, QUARTER_S, type Calendar } from "./calendar.ts";
import { kindOf, type Kind } from "./categories.ts";
import { knownMatcher, type KnownTraffic } from "./known.ts";
import { createStringInterner } from "./string-interner.ts";
import type { TrafficSink } from "./traffic-source.ts";

export type KnownTally = {
  readonly entry: KnownTraffic;
  calls: number;
  readonly users: Set<number>;
  /** Networks of the log that are wider than a marked network. */
  readonly wider: Set<string>;
};

export type Rollup = {
  readonly sink: TrafficSink;
  readonly calendar: Calendar;
  readonly counts: CallCounts;
  readonly actors: ActorNights;
  readonly callers: Callers;
  readonly known: readonly KnownTally[];
  /** The calls of each category, by its number, and the kind of each category. */
  readonly byCategory: readonly number[];
  readonly kinds: readonly Kind[];
  readonly tally: {
    gets: number;
    posts: number;
    /** Calls before the first or after the last night. */
    outside: number;
    /**
     * Times of the first and the last of all calls, including those outside; Infinity and -Infinity without
     * calls.
     */
    firstS: number;
    lastS: number;
  };
};

/** A night lasts from noon to noon, so that no window is cut at midnight. */
export const NOON = 720;

export function createRollup(
  calendar: Calendar,
  known: readonly KnownTraffic[],
  homepages: readonly string[],
): Rollup {
  const [users, networks, agents, categories] = [0, 1, 2, 3].map(createStringInterner) as [
    TrafficSink["users"],
    TrafficSink["users"],
    TrafficSink["users"],
    TrafficSink["users"],
  ];
  const counts = createCallCounts(calendar);
  const actors = createActorNights();
  const callers = createCallers();
  const knownTallies = known.map((entry) => ({
    entry,
    calls: 0,
    users: new Set<number>(),
    wider: new Set<string>(),
  }));
  const knownOf = knownMatcher(known, networks.textOf, (entry, network) =>
    knownTallies[entry]?.wider.add(network),
  );
  const classOf = agentClassifier(agents.textOf);
  const kinds: Kind[] = [];
  const byCategory: number[] = [];
  const tally = { gets: 0, posts: 0, outside: 0, firstS: Infinity, lastS: -Infinity };
  const { startS, endS, dayOfQuarter } = calendar;

  const isInside = (timeS: number): boolean => {
    if (timeS < tally.firstS) tally.firstS = timeS;
    if (timeS > tally.lastS) tally.lastS = timeS;
    return timeS >= startS && timeS < endS;
  };
  const takeOther: TrafficSink["takeOther"] = (timeS, user, network, agent, count) => {
    if (isInside(timeS)) callers.add(user, network, agent, count);
  };
  const take: TrafficSink["take"] = (timeS, user, network, agent, category, isPost, count) => {
    if (!isInside(timeS)) {
      tally.outside += count;
      return;
    }
    callers.add(user, network, agent, count);
    const day = dayOfQuarter[Math.floor((timeS - startS) / QUARTER_S)]!;
    const entry = knownTallies[knownOf(network, timeS)];
    if (entry !== undefined) {
      entry.calls += count;
      entry.users.add(user);
      counts.knownByDay[day]! += isPost ? 0 : count;
      return;
    }
    byCategory[category] = (byCategory[category] ?? 0) + count;
    const minute = localMinute(calendar, timeS - startS);
    const night = minute < NOON ? day : day + 1;
    const agentClass = classOf(agent);
    const kind = (kinds[category] ??= kindOf(categories.textOf(category), homepages));
    if (isPost || kind === "events") {
      tally.posts += count;
      counts.postsByDay[day]! += count;
      actors.add(user, night, minute, kind, true, network, agentClass, count);
      return;
    }
    tally.gets += count;
    counts.addGet(timeS, day, agentClass, count);
    actors.add(user, night, minute, kind, false, network, agentClass, count);
  };
  const sink = { users, networks, agents, categories, take, takeOther };
  return { sink, calendar, counts, actors, callers, known: knownTallies, byCategory, kinds, tally };
}
