/** What shapes a rehearsal, with its bounds: for the command's flags, and for the origin's route. */
import * as z from "zod/mini";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { DEFAULT_FLEET, type FleetOptions } from "../fleet/options.ts";
import { SCENARIO_NAMES, scenario, type ScenarioName } from "../fleet/scenario.ts";
import { parseViewers } from "../fleet/viewers.ts";
import { rehearsalCommand, type Limits, type RehearsalNumbers } from "./command.ts";
import { strategyParameters } from "../strategies/flags.ts";
import { lastingSpike } from "../strategies/spike.ts";

export const LIMITS = {
  seed: { least: 0, most: 4_294_967_295, value: DEFAULT_FLEET.seed },
  thresholdPerSec: { least: 0.1, most: 1e6, value: DEFAULT_FLEET.thresholdPerSec },
  /** Load before and after the spike, and of the spike, in T. */
  base: { least: 0.001, most: 1e4, value: 0.5 },
  peak: { least: 0.001, most: 1e4, value: 100 },
  locations: { least: 1, most: 5000, value: DEFAULT_FLEET.locations },
  isolatePerSec: { least: 0.1, most: 1e5, value: DEFAULT_FLEET.isolatePerSec },
  originInstances: { least: 1, most: 1000, value: DEFAULT_FLEET.originInstances },
  /** `MAX_IN_FLIGHT` of each origin. */
  maxInFlight: { least: 1, most: 100_000, value: DEFAULT_FLEET.maxInFlight },
  deadlineMs: { least: 1, most: 10_000, value: DEFAULT_FLEET.deadlineMs },
} as const satisfies Readonly<Record<keyof RehearsalNumbers, Limits>>;

/**
 * The peak of `strategies` where none is said. The kick-off's 100 T would be ten times the work, and show
 * nothing more.
 */
export const STRATEGIES_PEAK = 10;

/** What is played, and what it is. */
export const ABOUT = {
  kickoff: "to the peak within one step, there for 30 s, and back",
  wicket: "all return to the homepage at once",
  ramp: "a minute up, a minute down",
  flap: "ten seconds each",
  "origin-down": "a minute without the origin",
  "band-change": "the threshold halved and doubled in the spike",
  day: "2.9 million users over 24 hours",
  strategies: "four ways to meet the same spike, side by side",
} as const satisfies Readonly<Record<ScenarioName | "day" | "strategies", string>>;

export const REHEARSALS = Object.keys(ABOUT) as (keyof typeof ABOUT)[];

const numberIn = ({ least, most }: Limits) => z.optional(z.number().check(z.gte(least), z.lte(most)));
const wholeIn = ({ least, most }: Limits) => z.optional(z.int().check(z.gte(least), z.lte(most)));

export const rehearsalSchema = z.strictObject({
  scenario: z.enum(REHEARSALS),
  seed: wholeIn(LIMITS.seed),
  thresholdPerSec: numberIn(LIMITS.thresholdPerSec),
  base: numberIn(LIMITS.base),
  peak: numberIn(LIMITS.peak),
  locations: wholeIn(LIMITS.locations),
  isolatePerSec: numberIn(LIMITS.isolatePerSec),
  originInstances: wholeIn(LIMITS.originInstances),
  maxInFlight: wholeIn(LIMITS.maxInFlight),
  deadlineMs: numberIn(LIMITS.deadlineMs),
  /** Who visits, such as `new=0.3,cookie=0.5,tv=0.2`. */
  viewers: z.optional(z.string().check(z.maxLength(100))),
  /** Whether the spike is expected, as `[[expected]]` of routing.toml would have it. */
  armed: z.optional(z.boolean()),
});

export type RehearsalAsked = z.infer<typeof rehearsalSchema>;

/** With all defaults filled in. */
export type Rehearsal = RehearsalNumbers & {
  readonly scenario: RehearsalAsked["scenario"];
  readonly viewers: string | undefined;
  readonly armed: boolean;
};

/** A rehearsal beside a serving origin plays no more: half a minute of a calm core. */
const MOST_ARRIVALS = 30_000_000;
const MOST_ISOLATES = 100_000;
/** What `viewers` plays beside the scenario: kick-offs to 2 T and to 100 T, each twice. */
const ORDERS_LOAD_S = 2 * (30 * 2 + 30 * 100);

/** Whether a body asks for a rehearsal that may be played here. */
export function readRehearsal(
  body: unknown,
): { readonly ok: true; readonly rehearsal: Rehearsal } | { readonly ok: false; readonly issues: Issue[] } {
  const parsed = rehearsalSchema.safeParse(body);
  if (!parsed.success) return { ok: false, issues: toIssues(parsed.error) };
  const rehearsal = withDefaults(parsed.data);
  const issues = issuesOf(rehearsal);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, rehearsal };
}

function withDefaults({ scenario: name, viewers, armed, ...given }: RehearsalAsked): Rehearsal {
  const numbers = Object.entries(LIMITS).map(([key, { value }]) => {
    const standard = key === "peak" && name === "strategies" ? STRATEGIES_PEAK : value;
    return [key, given[key as keyof typeof LIMITS] ?? standard];
  });
  return {
    ...(Object.fromEntries(numbers) as RehearsalNumbers),
    scenario: name,
    viewers: viewers?.trim() === "" ? undefined : viewers,
    armed: armed === true,
  };
}

function issuesOf(rehearsal: Rehearsal): Issue[] {
  const { scenario: name, base, peak, thresholdPerSec, isolatePerSec, viewers, armed } = rehearsal;
  const issues: Issue[] = [];
  if (armed && !hasSpike(name))
    issues.push({ key: "armed", reason: `goes with a spike that can be expected, not with ${name}` });
  if (name === "strategies" && peak < base) issues.push({ key: "peak", reason: "is below base" });
  if (viewers !== undefined && (name === "day" || name === "strategies"))
    issues.push({ key: "viewers", reason: `go with the scenarios of the fleet, not with ${name}` });
  try {
    if (viewers !== undefined) parseViewers(viewers);
  } catch (error) {
    issues.push({ key: "viewers", reason: error instanceof Error ? error.message : String(error) });
  }
  if (name === "day") return issues;
  const count = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
  const arrivals = thresholdPerSec * loadSecondsOf(rehearsal);
  if (arrivals > MOST_ARRIVALS)
    issues.push({
      key: "peak",
      reason: `makes about ${count.format(arrivals)} requests of this; beside a serving origin at most ${count.format(MOST_ARRIVALS)} are played: lower it, or the threshold, or run the command elsewhere`,
    });
  const isolates = (thresholdPerSec * Math.max(base, peak)) / isolatePerSec;
  if (isolates > MOST_ISOLATES)
    issues.push({
      key: "isolatePerSec",
      reason: `needs about ${count.format(isolates)} isolates; at most ${count.format(MOST_ISOLATES)} are played here`,
    });
  return issues;
}

function loadSecondsOf(rehearsal: Rehearsal): number {
  const { played, orders } = workOf(rehearsal);
  return played + orders;
}

/**
 * The load in T, added up over the seconds of the scenario (or of the strategies' spike), and of what
 * `viewers` plays beside it.
 */
export function workOf({ scenario: name, base, peak, viewers }: Rehearsal): {
  readonly played: number;
  readonly orders: number;
} {
  if (name === "day") return { played: 0, orders: 0 };
  const { durationS, loadAt } =
    name === "strategies"
      ? lastingSpike({ base, peak }, strategyParameters())
      : scenario(name, { base, peak });
  let played = 0;
  for (let second = 0; second < durationS; second += 1) played += loadAt(second + 0.5);
  return { played, orders: viewers === undefined ? 0 : ORDERS_LOAD_S };
}

export function fleetOf(rehearsal: Rehearsal): FleetOptions {
  const { seed, thresholdPerSec, locations, isolatePerSec, originInstances, maxInFlight } = rehearsal;
  const { deadlineMs, armed, viewers } = rehearsal;
  return {
    ...DEFAULT_FLEET,
    seed,
    thresholdPerSec,
    locations,
    isolatePerSec,
    originInstances,
    maxInFlight,
    deadlineMs,
    armed,
    viewers: viewers === undefined ? undefined : parseViewers(viewers),
  };
}

/** The command that does the same in a terminal. */
export function commandOf(rehearsal: Rehearsal): string {
  return rehearsalCommand(rehearsal, withDefaults({ scenario: rehearsal.scenario }));
}

/** True where a spike comes, so that it can be expected. */
function hasSpike(name: Rehearsal["scenario"]): boolean {
  return isFleetScenario(name) && scenario(name, { base: 1, peak: 2 }).wall !== undefined;
}

export function isFleetScenario(name: Rehearsal["scenario"]): name is ScenarioName {
  return SCENARIO_NAMES.some((known) => known === name);
}
