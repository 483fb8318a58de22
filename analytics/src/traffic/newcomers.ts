/**
 * Decides whether a crowd that came with the step can be told from new screens: televisions of a season, or
 * an app's new release, also come together, open nothing but the homepage, and do so as often every night.
 * What tells them apart is not the habit but who would have it: the client, the hour, and how they came.
 */
import { AGENT_CLASSES, type AgentClass } from "./agent-class.ts";
import { firstNight } from "./actor-nights.ts";
import { hourOfSlot, SLOTS_PER_MINUTE, type Habit } from "./habits.ts";
import type { Onset } from "./onset.ts";
import type { Rollup } from "./rollup.ts";
import type { VisitGrid } from "./visit-grid.ts";

/** An hour is dark when evident viewers begin in it this share as often as in their busiest hour, at most. */
const DARK_SHARE = 0.05;
/** A longer night is no session in an hour. */
const MAX_SPAN_MINUTES = 240;
/**
 * A fleet is switched on; people buy their televisions over weeks. This share must come within two nights.
 */
const AT_ONCE_SHARE = 0.5;
/** Fewer are no crowd of which anybody could say how it came. */
const LEAST_CROWD = 5;
const HOURS = 24;

const bit = (name: AgentClass): number => 1 << AGENT_CLASSES.indexOf(name);
const ROBOTS = bit("crawler") | bit("tool");
const BROWSERS = bit("desktop") | bit("mobile");
const TELEVISION = bit("tv");

/** Whether new screens could be what a habit that would make a suspect belongs to. */
export type Ambiguity = (habit: Habit, isListed: boolean) => boolean;

/**
 * `candidates` are all habits that would make suspects. Those of televisions' own agents are never told
 * apart: whoever forges one is counted, and not listed.
 */
export function findAmbiguity(
  rollup: Pick<Rollup, "actors">,
  { reference, grid }: Pick<Onset, "reference" | "grid">,
  candidates: readonly Habit[],
): Ambiguity {
  const isDark = darkHours(grid);
  const cameAtOnce = arrivals(rollup, candidates);
  return (habit, isListed) => {
    if ((habit.agents & ROBOTS) !== 0) return false;
    if (habit.agents === TELEVISION) return true;
    const isInTheDark = habit.spanMinutes <= MAX_SPAN_MINUTES && isDark(hourOf(habit));
    // Without nights before the step, or for who was listed in an earlier log, nobody knows how they came.
    const isArrivalKnown = reference === "before-step" && !isListed;
    if (isBrowser(habit)) return !isInTheDark && isArrivalKnown && !cameAtOnce(habit);
    return !isInTheDark || (isArrivalKnown && !cameAtOnce(habit));
  };
}

function isBrowser({ agents }: Habit): boolean {
  return (agents & BROWSERS) !== 0;
}

function hourOf({ startMinute }: Habit): number {
  return hourOfSlot(startMinute * SLOTS_PER_MINUTE);
}

/** Whether those with such clients, who begin within an hour of a habit's own, came at once. */
function arrivals(rollup: Pick<Rollup, "actors">, candidates: readonly Habit[]): (habit: Habit) => boolean {
  const nights = [0, 1].map(() => Array.from({ length: HOURS }, () => [] as number[]));
  for (const habit of candidates) {
    nights[Number(isBrowser(habit))]?.[hourOf(habit)]?.push(firstNight(rollup.actors, habit.actor));
  }
  const cameAtOnce = nights.map((byHour) =>
    byHour.map((own, hour) => {
      const around = [...(byHour.at(hour - 1) ?? []), ...own, ...(byHour[(hour + 1) % HOURS] ?? [])];
      return around.length >= LEAST_CROWD && atOnceShare(around) >= AT_ONCE_SHARE;
    }),
  );
  return (habit) => cameAtOnce[Number(isBrowser(habit))]?.[hourOf(habit)] === true;
}

function darkHours(grid: Pick<VisitGrid, "viewing">): (hour: number) => boolean {
  const viewing = Array.from({ length: 24 }, (_, hour) => grid.viewing(hour));
  const busiest = Math.max(...viewing);
  return (hour) => busiest > 0 && viewing[hour]! <= DARK_SHARE * busiest;
}

/** The largest share that came within two nights in a row. */
function atOnceShare(nights: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const night of nights) counts.set(night, (counts.get(night) ?? 0) + 1);
  const most = [...counts].reduce(
    (top, [night, count]) => Math.max(top, count + (counts.get(night + 1) ?? 0)),
    0,
  );
  return most / Math.max(1, nights.length);
}
