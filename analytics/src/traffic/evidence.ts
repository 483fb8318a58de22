/**
 * Evidence for and against each actor in bits: weights of evidence, the base-2 logarithms of likelihood
 * ratios (I. J. Good, "Probability and the Weighing of Evidence", 1950), which add up. Each ratio says how
 * much more often a scraper does this than a viewer. The bits are capped, because one actor's nights resemble
 * each other and so say less than independent nights would.
 */
import { AGENT_CLASSES } from "./agent-class.ts";
import type { Habit } from "./habits.ts";
import type { Onset } from "./onset.ts";

export const EVIDENCE_KINDS = [
  "homepage-only",
  "same-reads",
  "same-window",
  "no-post",
  "network-reuse",
  "kiosks-do-so-too",
  "came-with-the-step",
  "unusual-hour",
  "older-than-the-step",
  "listed-before",
  "new-screens-do-so-too",
  "acts-like-a-viewer",
  "agent",
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
export type Evidence = { readonly kind: EvidenceKind; readonly bits: number };

/** An actor's own habits. Televisions, and the screens of shops and hotels, have them too. */
const HABIT_KINDS = ["homepage-only", "same-reads", "same-window", "no-post", "network-reuse"] as const;

/** Facts about the traffic around an actor. */
export type Surroundings = {
  /** False when the log has no POST at all, so that an actor without POSTs proves nothing. */
  readonly hasPosts: boolean;
  /**
   * The mean bits of onset.ts over the nights of the habit, and the reference that they were computed
   * against.
   */
  readonly onsetBits: number;
  readonly reference: Onset["reference"];
  /** True when the actor is on the last list. The crowd that it came with may be older than this log. */
  readonly isListed: boolean;
  /** Actors on the same network that only open the homepage. */
  readonly idsOnNetwork: number;
};

/** A prior of one actor in a thousand (10 bits), and posterior odds of 8 to 1 (3 bits). */
export const SUSPECT_BITS = 13;
/**
 * One viewer in 2,000 is such a screen. So beyond these bits, habits cannot distinguish a scraper from a
 * screen.
 */
const MAX_HABIT_BITS = 11;
/** With all habits these bits suffice to stay listed. */
const LISTED_BITS = 3;
/** One night is not a habit. */
export const MIN_NIGHTS = 2;
/**
 * Televisions open the homepage once or twice a night when they are switched on, so fewer reads say nothing.
 */
const MIN_READS = 3;
/** A longer night is not a session in a window; it may be a kiosk. */
const MAX_SPAN_MINUTES = 240;
/** Up to this many actors behind one address may be a family or a shared flat, which says nothing. */
const HOUSEHOLD = 8;
const CRAWLER = 1 << AGENT_CLASSES.indexOf("crawler");
const TOOL = 1 << AGENT_CLASSES.indexOf("tool");

/** Returns all evidence other than 0 bits, and none at all for an actor with one night. */
export function weigh(habit: Habit, around: Surroundings): Evidence[] {
  if (habit.nights < MIN_NIGHTS || habit.bareNights < MIN_NIGHTS) return [];
  const habits: Readonly<Record<(typeof HABIT_KINDS)[number], number>> = {
    "homepage-only": homepageOnly(habit),
    "same-reads": sameReads(habit),
    "same-window": sameWindow(habit),
    "no-post": around.hasPosts ? noPost(habit) : 0,
    // Half a bit for each doubling: carriers and companies have thousands of viewers behind one address, too.
    "network-reuse": clamp(Math.log2(around.idsOnNetwork / HOUSEHOLD) / 2, 0, 1.5),
  };
  const bits: Readonly<Record<Exclude<EvidenceKind, "new-screens-do-so-too">, number>> = {
    ...habits,
    "kiosks-do-so-too": Math.min(
      0,
      MAX_HABIT_BITS - HABIT_KINDS.reduce((sum, kind) => sum + habits[kind], 0),
    ),
    ...crowdEvidence(habit, around),
    // An actor that plays is a viewer, even if its app prefetches at night. An actor that did more than open
    // the homepage before the step did not come with it.
    "acts-like-a-viewer": -Math.min(20, 10 * habit.playedNights + 5 * habit.olderViewingNights),
    // A client can forge its User-Agent, but no television calls itself a crawler.
    agent: (habit.agents & CRAWLER) !== 0 ? 4 : (habit.agents & TOOL) !== 0 ? 2 : 0,
  };
  return EVIDENCE_KINDS.flatMap((kind) =>
    kind === "new-screens-do-so-too" || bits[kind] === 0 ? [] : [{ kind, bits: bits[kind] }],
  );
}

type CrowdKind = "came-with-the-step" | "unusual-hour" | "older-than-the-step" | "listed-before";

function crowdEvidence(
  { olderNights }: Habit,
  { reference, onsetBits, isListed }: Surroundings,
): Readonly<Record<CrowdKind, number>> {
  const none = { "came-with-the-step": 0, "unusual-hour": 0, "older-than-the-step": 0, "listed-before": 0 };
  if (reference === "other-hours") return { ...none, "unusual-hour": onsetBits };
  // The actor came with a crowd once, or it would not be listed. Only its present behaviour can clear it.
  if (isListed) return { ...none, "listed-before": Math.max(LISTED_BITS, onsetBits) };
  return {
    ...none,
    // An actor that did the same before the step did not come with it.
    "came-with-the-step": Math.min(onsetBits, olderNights > 0 ? 0 : Infinity),
    "older-than-the-step": -5 * Math.min(2, olderNights),
  };
}

/** What a crowd adds counts for nothing where new screens could be that crowd (newcomers.ts). */
export function withoutCrowd(evidence: readonly Evidence[]): Evidence[] {
  const crowd = evidence.filter(({ kind, bits }) => CROWD_KINDS.has(kind) && bits > 0);
  return [...evidence, { kind: "new-screens-do-so-too", bits: -scoreOf(crowd) }];
}

const CROWD_KINDS: ReadonlySet<EvidenceKind> = new Set([
  "came-with-the-step",
  "unusual-hour",
  "listed-before",
]);

export function scoreOf(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { bits }) => sum + bits, 0);
}

/**
 * 0.97 of a scraper's nights are homepage-only, and 0.4 of a homepage-only viewer's: 1.3 bits. Other nights
 * are 0.03 against 0.6, which would be −4; they count −3 because of fake clicks.
 */
function homepageOnly({ nights, bareNights }: Habit): number {
  return Math.min(4, 1.3 * bareNights) - 3 * (nights - bareNights);
}

/**
 * The first night sets the number of reads. Exactly the same number again is 0.95 against 0.24, one more or
 * less 0.6 against 0.4, anything else 0.1 against 0.3.
 */
function sameReads({ reads, bareNights, sameReads: same, nearReads: near }: Habit): number {
  if (reads < MIN_READS) return 0;
  return clamp(2 * (same - 1) + 0.7 * near - 1.5 * (bareNights - same - near), -2, 6);
}

/**
 * A start within an hour of the usual one is 0.9 against 0.4. Other starts count as much in the opposite
 * direction.
 */
function sameWindow({ bareNights, sameWindow: same, spanMinutes }: Habit): number {
  if (spanMinutes > MAX_SPAN_MINUTES) return -2;
  return clamp(1.2 * (same - 1) - 1.2 * (bareNights - same), -2, 4);
}

/**
 * Nights without a POST after a GET are 0.99 against 0.6. Nights with one are 0.1 (fake clicks) against 0.4.
 */
function noPost({ nights, postNights }: Habit): number {
  return Math.min(3, 0.75 * (nights - postNights)) - 2 * postNights;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
