/**
 * Signals: everything that one request tells about its visitor, as short, bounded strings.
 *
 * Every signal always has a value; `none` says that the request tells nothing. A value has at most {@link
 * MAX_SIGNAL_VALUE_LENGTH} characters of `[A-Za-z0-9_-]`, so that it can stand in a cluster's definition, a
 * rule, a log line and a key without escaping.
 */

import * as z from "zod/mini";

/** How the visitor came: GA4's default channel groups, reduced to eight. */
export const ENTRY_PATHS = [
  "direct",
  "search",
  "social",
  "ad",
  "email",
  "push",
  "referral",
  "internal",
] as const;
export type EntryPath = (typeof ENTRY_PATHS)[number];

/**
 * Viewing depth: titles played in the last 28 days. new: 0, casual: 1–4, regular: 5–14, deep: 15 and more.
 */
export const DEPTHS = ["new", "casual", "regular", "deep"] as const;
export type Depth = (typeof DEPTHS)[number];

/**
 * Recency preference: whether the visitor plays titles of at most 7 days (fresh), older ones (library), or
 * both (mixed).
 */
export const RECENCIES = ["none", "fresh", "mixed", "library"] as const;
export type Recency = (typeof RECENCIES)[number];

export const DEVICES = ["desktop", "mobile", "tablet", "tv", "other"] as const;
export type Device = (typeof DEVICES)[number];

/** The value of a signal about which the request tells nothing. */
export const NONE = "none";

/** Stands in a cluster's definition for every value of the signal without a branch of its own. */
export const OTHER = "other";

export const MAX_SIGNAL_VALUE_LENGTH = 48;

/** The order in which a definition lists the signals. */
export const SIGNAL_NAMES = [
  "team",
  "entry",
  "campaign",
  "event",
  "affinity",
  "recency",
  "depth",
  "device",
  "region",
] as const;
export type SignalName = (typeof SIGNAL_NAMES)[number];

export type Signals = {
  /** Favourite team: an upper-case code such as `ESP`. */
  readonly team: string;
  readonly entry: EntryPath;
  /** Lower-case slug of `utm_campaign` or a similar parameter. */
  readonly campaign: string;
  /** Lower-case slug of the match or title that the link was about. */
  readonly event: string;
  /** Taste segment in lower case: `crime_12` is the 12th of the group `crime`. */
  readonly affinity: string;
  readonly recency: Recency;
  readonly depth: Depth;
  readonly device: Device;
  /** Upper-case ISO 3166-1 alpha-2 country. */
  readonly region: string;
};

/** The signals of a request that tells nothing at all. */
export const NO_SIGNALS: Signals = {
  team: NONE,
  entry: "direct",
  campaign: NONE,
  event: NONE,
  affinity: NONE,
  recency: "none",
  depth: "new",
  device: "other",
  region: NONE,
};

/** Separates the group from the number of a taste segment. */
export const SEGMENT_SEPARATOR = "_";

/** Returns the group of a segment: `crime_12` → `crime`. An affinity without a number is a group already. */
export function tasteGroup(affinity: string): string {
  const end = affinity.lastIndexOf(SEGMENT_SEPARATOR);
  return end < 0 ? affinity : affinity.slice(0, end);
}

/** The signals that only the platform knows; they travel in the profile cookie. */
export type ProfileSignals = Pick<Signals, "affinity" | "recency" | "depth">;

const EDGE_DASHES = /^-+|-+$/g;

/**
 * Turns any text into a signal value: accents are dropped, each run of characters outside `[A-Za-z0-9_-]`
 * becomes one dash, and the result is cut to {@link MAX_SIGNAL_VALUE_LENGTH}. It is `none` when nothing is
 * left.
 */
export function toSignalValue(text: string): string {
  const slug = text
    .slice(0, 256)
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^A-Za-z0-9_]+/g, "-")
    .replace(EDGE_DASHES, "")
    .slice(0, MAX_SIGNAL_VALUE_LENGTH)
    .replace(EDGE_DASHES, "");
  return slug === "" ? NONE : slug;
}

const signalValue = z.string().check(z.regex(/^[A-Za-z0-9_-]+$/), z.maxLength(MAX_SIGNAL_VALUE_LENGTH));

/** Validates signals that the edge sends to the origin. */
export const signalsSchema = z.object({
  team: signalValue,
  entry: z.enum(ENTRY_PATHS),
  campaign: signalValue,
  event: signalValue,
  affinity: signalValue,
  recency: z.enum(RECENCIES),
  depth: z.enum(DEPTHS),
  device: z.enum(DEVICES),
  region: signalValue,
});
