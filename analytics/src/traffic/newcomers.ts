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
const DARK_SHARE = 0.1;
/** A longer night is no session in an hour. */
const MAX_SPAN_MINUTES = 240;
/** A fleet is switched on; people buy their televisions over weeks. This share must come within two nights. */
const AT_ONCE_SHARE = 0.5;

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
  const browsers = candidates.filter(({ agents }) => (agents & BROWSERS) !== 0);
  const cameAtOnce =
    atOnceShare(browsers.map(({ actor }) => firstNight(rollup.actors, actor))) >= AT_ONCE_SHARE;
  return ({ agents, startMinute, spanMinutes }, isListed) => {
    if ((agents & ROBOTS) !== 0) return false;
    if (agents === TELEVISION) return true;
    const isInTheDark = spanMinutes <= MAX_SPAN_MINUTES && isDark(hourOfSlot(startMinute * SLOTS_PER_MINUTE));
    if (isInTheDark) return false;
    if ((agents & BROWSERS) === 0) return true;
    // Without nights before the step, or for who was listed in an earlier log, nobody knows how they came.
    return reference === "before-step" && !isListed && !cameAtOnce;
  };
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
