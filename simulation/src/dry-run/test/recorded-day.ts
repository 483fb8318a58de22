/** A day whose every request is known, served by the real rules: what a sample of it is to estimate. */
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { decidePolicy } from "@spillway/shared/admission/policy.ts";
import { isHeldOut } from "@spillway/shared/routing/holdout.ts";
import { stickyDraw } from "@spillway/shared/routing/sticky-draw.ts";
import { parseRouting, compileRouting, type Routing } from "@spillway/shared/routing/routing.ts";
import { DEVICES, ENTRY_PATHS, NO_SIGNALS, type Signals } from "@spillway/shared/signals/signals.ts";

export const DAY_MINUTE = Date.parse("2026-07-10T00:00Z") / 60_000;

export type Request = {
  readonly user: string;
  readonly minute: number;
  readonly signals: Signals;
  readonly country: string | undefined;
  readonly known: boolean;
};

export function routingOf(rules: readonly object[], more: object = {}): Routing {
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: 1_000_000 }];
  const parsed = parseRouting({ time_zone: "UTC", bands, rules, ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.routing;
}

const TEAMS = ["none", "none", "ESP", "BEL", "FRA", "MAR", "NOR", "ENG"];

/** Requests over a day, of a quarter as many users. */
export function requestsOfDay(count: number, seed: number): Request[] {
  const draw = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(draw() ** 1.7 * values.length)] as T;
  return Array.from({ length: count }, () => {
    const entry = pick(ENTRY_PATHS);
    return {
      user: `user-${Math.floor((draw() * count) / 4)}`,
      minute: DAY_MINUTE + Math.floor(draw() * 1440),
      signals: {
        ...NO_SIGNALS,
        team: pick(TEAMS),
        entry,
        campaign: entry === "ad" ? pick(["qf-esp-bel", "summer", "press-1", "press-2"]) : "none",
        device: pick(DEVICES),
      },
      country: draw() < 0.05 ? undefined : pick(["ES", "BE", "FR", "DE"]),
      known: draw() < 0.6,
    };
  });
}

/** The cluster that the day's index assigns: there is one for each team. */
export function assign({ team }: Signals): string {
  return team === "none" ? "generic" : team.toLowerCase();
}

/** How an edge with a calm origin serves a request. */
export function serve(routing: Routing, version: number, request: Request): DecisionTuple {
  const { signals, user, minute, country, known } = request;
  const { mode, holdout, bandAt, rules } = compiled(routing);
  const nowMs = (minute + 0.5) * 60_000;
  const band = bandAt(nowMs);
  const shareOf = (salt: string): number => stickyDraw(salt, user);
  const rule = rules.outcomeFor({ signals, context: "homepage", band: band.name, country, nowMs, shareOf });
  const heldOut = rule === undefined && holdout !== undefined && isHeldOut(holdout, user);
  const policy = decidePolicy({
    mode,
    rule,
    thresholdPerSec: band.threshold_per_s,
    originOnly: false,
    suspect: false,
    heldOut: heldOut ? holdout.serve : undefined,
    claim: "stranger",
  });
  const cluster = rule?.kind === "cluster" ? rule.cluster : assign(signals);
  const page = policy.kind === "page" && policy.reason === "holdout" ? "generic" : cluster;
  const forced = policy.kind === "page" && policy.reason === "forced";
  const tailored = known && (rule?.kind === "tailored" || forced);
  const rung = tailored ? "tailored" : page === "generic" ? "generic" : "cluster";
  return {
    minute,
    context: "homepage",
    signals,
    country,
    band: band.name,
    as: policy.kind === "ask" ? "individual" : rung,
    reason: policy.kind === "page" ? policy.reason : heldOut ? "holdout" : "admitted",
    cluster,
    rule: rule && rules.names[rule.rule],
    version,
    holdout: heldOut,
    known,
    weight: 1,
  };
}

const COMPILED = new WeakMap<Routing, ReturnType<typeof compileRouting>>();

function compiled(routing: Routing): ReturnType<typeof compileRouting> {
  const known = COMPILED.get(routing) ?? compileRouting({ version: 1, routing });
  COMPILED.set(routing, known);
  return known;
}
