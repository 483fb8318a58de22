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
  /** Lower-case value (signal-value.ts) of `utm_campaign` or a similar parameter. */
  readonly campaign: string;
  /** Lower-case value of the match or title that the link was about. */
  readonly event: string;
  /** Taste segment in lower case: `crime_12` is the 12th of the group `crime`. */
  readonly affinity: string;
  readonly recency: Recency;
  readonly depth: Depth;
  readonly device: Device;
  /** Upper-case ISO 3166-1 alpha-2 country. */
  readonly region: string;
  /** What values are called besides, where they cannot show all letters of their texts. */
  readonly texts?: SignalTexts | undefined;
};

/** The signals whose values are made from a platform's own texts, in any script. */
export const TEXT_SIGNALS: ReadonlySet<SignalName> = new Set(["campaign", "event", "affinity"]);

/** An affinity comes as a value, so that its text is not in the request. */
export type SignalTexts = { readonly [Name in "campaign" | "event"]?: TextForms | undefined };

export type TextForms = {
  /** The text without letter case, for people and for conditions by prefix. */
  readonly text: string;
  /** The value that releases up to 0.1 gave the text, where that is another one. */
  readonly folded?: string | undefined;
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

/** The signals that only the platform knows; they travel in the viewer state. */
export type ProfileSignals = Pick<Signals, "affinity" | "recency" | "depth">;

const signalValue = z.string().check(z.regex(/^[A-Za-z0-9_-]+$/), z.maxLength(MAX_SIGNAL_VALUE_LENGTH));

export const textFormsSchema = z.object({
  text: z.string().check(z.minLength(1), z.maxLength(256)),
  folded: z.optional(signalValue),
});

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
  texts: z.optional(z.object({ campaign: z.optional(textFormsSchema), event: z.optional(textFormsSchema) })),
});
