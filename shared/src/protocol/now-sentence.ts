/**
 * Says what happens now in one sentence. It imports nothing but types, since the console's page loads this
 * very file, with its types stripped.
 */
import { counted } from "./counted.ts";
import type { MixRung, NowMixLatest, NowState } from "./now-state.ts";

/** Everything of the state but the sentence itself. */
export type NowFacts = Omit<NowState, "sentence">;

/** What one isolate tells of itself where the origin doesn't answer. */
export type IsolateFacts = {
  /** Over the time between two looks; undefined after the first look. */
  readonly latest: NowMixLatest | undefined;
  readonly routingVersion: number;
};

/** The rungs in the order of the ladder, without `generic`, of which the sentence speaks by itself. */
const NAMED: readonly MixRung[] = ["individual", "tailored", "cluster", "parent", "builtin"];
/** A report is some 15 s under way. An older one doesn't describe the present. */
const STALE_MIX_MS = 60_000;
/**
 * Isolates that serve report every ten seconds: after so long without a report or a request, nobody comes.
 */
const QUIET_AFTER_MS = 30_000;
const RECENT_SECONDS = 10;
/** A report comes every ten seconds, where there is something to report. */
const UNASKED_MIX_MS = 15_000;

/**
 * Such as "Over the threshold for 3 min 12 s: 4.1 % individual, 96 % tailored; nobody generic; origin
 * healthy."
 */
export function nowSentence(facts: NowFacts): string {
  const traffic = trafficOf(facts);
  const head = `${headOf(facts, traffic)}${traffic.kind === "mix" ? `: ${namedShares(traffic.mix)}` : ""}`;
  const clauses = [
    ...(traffic.kind === "mix" ? [genericClause(traffic.mix), failedClause(traffic.mix)] : []),
    traffic.kind === "unreported" ? "how they were served is not reported yet" : undefined,
    traffic.kind === "mix" && traffic.ageMs > STALE_MIX_MS
      ? `these shares are ${duration(traffic.ageMs)} old`
      : undefined,
    thresholdClause(facts),
    pagesClause(facts),
    originClause(facts),
  ];
  return `${[head, ...clauses.filter((clause) => clause !== undefined)].join("; ")}.`;
}

/**
 * Such as "The origin has not answered for 7 s. This isolate serves 212 pages a second: 93 % tailored, 7 %
 * cluster; nobody generic."
 */
export function deadOriginSentence(goneMs: number, isolate: IsolateFacts | undefined): string {
  const gone = `The origin has not answered for ${duration(goneMs)}.`;
  if (isolate === undefined) return `${gone} No isolate of the edge answers here either.`;
  const { latest } = isolate;
  const calls = latest === undefined ? 0 : callsIn(latest);
  if (latest === undefined || latest.spanMs <= 0) return `${gone} The edge answers.`;
  if (calls === 0) return `${gone} This isolate answers, and nobody asks it for a page.`;
  const rate = figure((calls * 1000) / latest.spanMs);
  return `${gone} This isolate serves ${counted(rate, "page")} a second: ${namedShares(latest)}; ${genericClause(latest)}.`;
}

type Traffic =
  | { readonly kind: "none" }
  | { readonly kind: "unreported"; readonly demandPerSec: number }
  | { readonly kind: "mix"; readonly mix: NowMixLatest; readonly ageMs: number };

function trafficOf({ atMs, mix, seconds }: NowFacts): Traffic {
  const recent = seconds.demand.slice(-RECENT_SECONDS);
  const demand = recent.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const ageMs = mix.untilMs === null ? Number.POSITIVE_INFINITY : Math.max(0, atMs - mix.untilMs);
  const isReported = callsIn(mix.latest) > 0;
  // An old report is told, with its age, as long as requests show that there is something to tell.
  if (isReported && (ageMs <= QUIET_AFTER_MS || demand > 0)) return { kind: "mix", mix: mix.latest, ageMs };
  if (demand > 0) return { kind: "unreported", demandPerSec: demand / Math.max(1, recent.length) };
  return { kind: "none" };
}

function headOf(facts: NowFacts, traffic: Traffic): string {
  const forced = forcedHead(facts);
  if (forced !== undefined) return traffic.kind === "none" ? `${forced}; ${quiet(facts)}` : forced;
  if (traffic.kind === "none") return capitalized(quiet(facts));
  if (traffic.kind === "mix" && isWithoutOrigin(traffic.mix))
    return `Isolates do without this origin, which did not answer them in time, and serve ${counted(ratePerSec(traffic.mix), "page")} a second`;
  const unaskedS = traffic.kind === "mix" ? unaskedSeconds(facts, traffic.mix) : 0;
  if (unaskedS > 0)
    return `Nothing has asked this origin for ${duration(unaskedS * 1000)}; isolates last reported ${counted(ratePerSec(facts.mix.latest), "page")} a second`;
  const asked =
    traffic.kind === "unreported" ? `, ${counted(figure(traffic.demandPerSec), "request")} a second` : "";
  if (facts.overSinceMs === null) return `Under the threshold${asked}`;
  return `Over the threshold for ${duration(facts.atMs - facts.overSinceMs)}${asked}`;
}

/**
 * For how long isolates that serve pages have asked this origin for none: then "under the threshold" would be
 * wrong, and why they don't is not reported yet. 0 where that may be chance.
 */
function unaskedSeconds({ seconds, mix, atMs }: NowFacts, latest: NowMixLatest): number {
  const asked = seconds.offered.findLastIndex((count) => count > 0);
  const unaskedS = asked === -1 ? 0 : seconds.offered.length - 1 - asked;
  const isRecent = mix.untilMs !== null && atMs - mix.untilMs < UNASKED_MIX_MS;
  // Pages in that time, at the rate that was reported last.
  const missed = (callsIn(latest) * unaskedS * 1000) / Math.max(1, latest.spanMs);
  return isRecent && unaskedS >= 3 && missed >= 10 ? unaskedS : 0;
}

function ratePerSec(mix: NowMixLatest): string {
  return figure((callsIn(mix) * 1000) / Math.max(1, mix.spanMs));
}

function quiet({ isolates }: NowFacts): string {
  return isolates.heard === 0
    ? "no traffic: no isolate was heard of in the last two minutes"
    : "no requests in the last half minute";
}

function forcedHead({ mode, atMs }: NowFacts): string | undefined {
  if (mode.inForce === mode.ofRouting && mode.inForce === "auto") return undefined;
  const what = {
    auto: "Back to auto",
    "force-cluster": "Forced to stored and tailored pages",
    "force-individual": "Forced to individual pages",
  }[mode.inForce];
  if (mode.untilMs === null) return `${what} by the routing, with no end`;
  const by = mode.by === null ? "" : ` by ${mode.by}`;
  return `${what}${by} for ${duration(Math.max(0, mode.untilMs - atMs))} more`;
}

function namedShares(mix: NowMixLatest): string {
  const calls = callsIn(mix);
  const named = NAMED.filter((rung) => mix.calls[rung] > 0);
  if (named.length === 0) return "nobody has a page of their own";
  return named.map((rung) => `${percent(mix.calls[rung] / calls)} ${rung}`).join(", ");
}

function genericClause(mix: NowMixLatest): string {
  const generic = mix.calls.generic;
  return generic === 0 ? "nobody generic" : `${percent(generic / callsIn(mix))} generic`;
}

function failedClause(mix: NowMixLatest): string | undefined {
  if (mix.originFailed === 0 || isWithoutOrigin(mix)) return undefined;
  return `for ${percent(mix.originFailed / callsIn(mix))} the origin failed`;
}

/** Then isolates forward next to nothing, so that their demand is not known here. */
export function isWithoutOrigin(mix: NowMixLatest): boolean {
  return mix.originFailed > callsIn(mix) / 2;
}

function thresholdClause({ mode, atMs }: NowFacts): string | undefined {
  const { thresholdPerSec, untilMs, by } = mode;
  if (thresholdPerSec === null || untilMs === null || untilMs <= atMs) return undefined;
  const who = by === null ? "" : ` by ${by}`;
  return `the threshold is set to ${figure(thresholdPerSec)} a second${who} for ${duration(untilMs - atMs)} more`;
}

function pagesClause({ pages }: NowFacts): string | undefined {
  if (pages.over === 0 || pages.oldestS === null) return undefined;
  return `pages of ${counted(pages.over, "cluster")} are up to ${duration(pages.oldestS * 1000)} old`;
}

function originClause({ origin }: NowFacts): string {
  if (origin.health === "healthy") return "origin healthy";
  return `origin ${origin.health}: ${origin.reasons.join(", ")}`;
}

function callsIn({ calls }: NowMixLatest): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}

/** `0.041` → "4.1 %". What is not quite none or all never reads as none or all. */
export function percent(share: number): string {
  if (share <= 0) return "0 %";
  if (share >= 1) return "100 %";
  if (share < 0.001) return "under 0.1 %";
  if (share > 0.999) return "over 99.9 %";
  const hundredths = share * 100;
  return hundredths < 9.95 || hundredths >= 99 ? `${hundredths.toFixed(1)} %` : `${Math.round(hundredths)} %`;
}

/** `192_000` → "3 min 12 s": the two largest units. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) return "0 s";
  return units
    .slice(first, first + 2)
    .map(([unit, size], at) => {
      const above = at === 0 ? Number.POSITIVE_INFINITY : (units[first]?.[1] ?? 1);
      return [unit, Math.floor((seconds % above) / size)] as const;
    })
    .filter(([, count], at) => at === 0 || count > 0)
    .map(([unit, count]) => `${count} ${unit}`)
    .join(" ");
}

/** `12.34` → "12", `3.21` → "3.2". */
function figure(perSec: number): string {
  return perSec < 9.95 ? String(Number(perSec.toFixed(1))) : String(Math.round(perSec));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
