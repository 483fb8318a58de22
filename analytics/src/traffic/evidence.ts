/**
 * Evidence for and against each actor, in bits: weights of evidence, the logarithms to base 2 of likelihood ratios (I. J. Good,
 * "Probability and the Weighing of Evidence", 1950), which add up. Each ratio says how much oftener a scraper does this than a
 * viewer; they are capped, since one person's nights resemble each other and so tell less than independent ones.
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
  "acts-like-a-viewer",
  "agent",
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
export type Evidence = { readonly kind: EvidenceKind; readonly bits: number };

/** What an actor does by itself: televisions, and the screens of shops and hotels, do so too. */
const HABIT_KINDS = ["homepage-only", "same-reads", "same-window", "no-post", "network-reuse"] as const;

/** What is known about the traffic around an actor. */
export type Surroundings = {
  /** False: the log has no POST at all, and that an actor has none tells nothing. */
  readonly hasPosts: boolean;
  /** Of the habit's nights, the mean of onset.ts's bits; and against what. */
  readonly onsetBits: number;
  readonly against: Onset["against"];
  /** It stands on the last list: what it came with then may be older than this log. */
  readonly isListed: boolean;
  /** Ids with the actor's network that open only the homepage. */
  readonly idsOnNetwork: number;
};

/** A prior of one actor in a thousand (10 bits), and odds of 8 to 1 after it (3 bits). */
export const SUSPECT_BITS = 13;
/** One viewer in 2,000 is such a screen: beyond these bits, habits do not tell the one from the other. */
const MOST_HABIT_BITS = 11;
/** With all habits, enough to stay listed. */
const LISTED_BITS = 3;
/** One night is no habit. */
export const LEAST_NIGHTS = 2;
/** Opening the homepage once or twice a night is what televisions do when they are switched on. */
const LEAST_READS = 3;
/** Longer nights are no session in a window: a kiosk, say. */
const LONGEST_SPAN_MINUTES = 240;
/** A family, or a flat that shares an address, tells nothing. */
const HOUSEHOLD = 8;
const CRAWLER = 1 << AGENT_CLASSES.indexOf("crawler");
const TOOL = 1 << AGENT_CLASSES.indexOf("tool");

/** Without those of 0 bits; none at all for an actor of one night. */
export function weigh(habit: Habit, around: Surroundings): Evidence[] {
  if (habit.nights < LEAST_NIGHTS || habit.bareNights < LEAST_NIGHTS) return [];
  const habits: Readonly<Record<(typeof HABIT_KINDS)[number], number>> = {
    "homepage-only": homepageOnly(habit),
    "same-reads": sameReads(habit),
    "same-window": sameWindow(habit),
    "no-post": around.hasPosts ? noPost(habit) : 0,
    // Half a bit for each doubling: carriers and companies have thousands of viewers behind one address, too.
    "network-reuse": clamp(Math.log2(around.idsOnNetwork / HOUSEHOLD) / 2, 0, 1.5),
  };
  const bits: Readonly<Record<EvidenceKind, number>> = {
    ...habits,
    "kiosks-do-so-too": Math.min(
      0,
      MOST_HABIT_BITS - HABIT_KINDS.reduce((sum, kind) => sum + habits[kind], 0),
    ),
    ...ofTheCrowd(habit, around),
    // Whoever plays is there for more, whatever its app reads ahead at night; who came for more before did not come with the step.
    "acts-like-a-viewer": -Math.min(20, 10 * habit.playedNights + 5 * habit.olderViewingNights),
    // What a client says of itself is easily said otherwise, but nobody calls a television a crawler.
    agent: (habit.agents & CRAWLER) !== 0 ? 4 : (habit.agents & TOOL) !== 0 ? 2 : 0,
  };
  return EVIDENCE_KINDS.flatMap((kind) => (bits[kind] === 0 ? [] : [{ kind, bits: bits[kind] }]));
}

type CrowdKind = "came-with-the-step" | "unusual-hour" | "older-than-the-step" | "listed-before";

function ofTheCrowd(
  { olderNights }: Habit,
  { against, onsetBits, isListed }: Surroundings,
): Readonly<Record<CrowdKind, number>> {
  const none = { "came-with-the-step": 0, "unusual-hour": 0, "older-than-the-step": 0, "listed-before": 0 };
  if (against === "other-hours") return { ...none, "unusual-hour": onsetBits };
  // It came once, or it would not be listed: only what it does now can clear it.
  if (isListed) return { ...none, "listed-before": Math.max(LISTED_BITS, onsetBits) };
  return {
    ...none,
    // Whoever did so before did not come with it.
    "came-with-the-step": Math.min(onsetBits, olderNights > 0 ? 0 : Infinity),
    "older-than-the-step": -5 * Math.min(2, olderNights),
  };
}

export function scoreOf(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { bits }) => sum + bits, 0);
}

/** 0.97 of a scraper's nights, 0.4 of a homepage-minded viewer's: 1.3 bits; the rest, 0.03 against 0.6: −4, held at −3 for fake clicks. */
function homepageOnly({ nights, bareNights }: Habit): number {
  return Math.min(4, 1.3 * bareNights) - 3 * (nights - bareNights);
}

/** The first night sets the number. Exactly so many again: 0.95 against 0.24; one more or less: 0.6 against 0.4; else 0.1 against 0.3. */
function sameReads({ reads, bareNights, sameReads: same, nearReads: near }: Habit): number {
  if (reads < LEAST_READS) return 0;
  return clamp(2 * (same - 1) + 0.7 * near - 1.5 * (bareNights - same - near), -2, 6);
}

/** Within an hour of the usual start: 0.9 against 0.4, and the rest as much the other way. */
function sameWindow({ bareNights, sameWindow: same, spanMinutes }: Habit): number {
  if (spanMinutes > LONGEST_SPAN_MINUTES) return -2;
  return clamp(1.2 * (same - 1) - 1.2 * (bareNights - same), -2, 4);
}

/** Nights with no POST after a GET: 0.99 against 0.6; with one, 0.1 (fake clicks) against 0.4. */
function noPost({ nights, postNights }: Habit): number {
  return Math.min(3, 0.75 * (nights - postNights)) - 2 * postNights;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
