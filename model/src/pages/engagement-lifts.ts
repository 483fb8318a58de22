/**
 * How much more, or less, a cluster's visitors do with an item on its pages than its positions there would
 * let expect: clicks over expected clicks (Zhang and Jones, WWW 2007: "Comparing click logs and editorial
 * labels for training query rewriting"), shrunk towards 1 by a gamma prior (DuMouchel 1999: "Bayesian data
 * mining in large frequency tables"). Pure.
 */

/** Sums over visitors and days; each visitor counts once a day. */
export type ItemEngagement = {
  readonly cluster: string;
  /** items.seq */
  readonly item: number;
  readonly attention: number;
  readonly opened: number;
  readonly played: number;
};

/** A lift multiplies or divides an item's score on its cluster's pages by at most this. */
export const MAX_LIFT = 3;

/**
 * The prior is worth so many plays: one play weighs a quarter, and lifts of ± 50 % are usual (its deviation
 * is 1 / √4).
 */
const PRIOR_PLAYS = 4;

/** A click counts 0.3 of a play, as in profiles (profile/fold.ts). */
const CLICK_WEIGHT = 0.3;

/** The plays for each look before anybody has looked, and the number of looks that this guess is worth. */
const USUAL_RATE = 0.05;
const USUAL_LOOKS = 500;

/**
 * The share of visitors who look at an item that they were shown, by its position from 0: the position-based
 * model with examination 1 / rank (Joachims, Swaminathan and Schnabel, WSDM 2017: "Unbiased learning-to-rank
 * with biased feedback").
 */
export function attentionAt(position: number): number {
  return 1 / (1 + position);
}

export function engagedOf({ opened, played }: Pick<ItemEngagement, "opened" | "played">): number {
  return CLICK_WEIGHT * opened + (1 - CLICK_WEIGHT) * played;
}

/** The plays that each look lets expect, over all clusters and items. */
export function ratePerLook(all: readonly ItemEngagement[]): number {
  let [engaged, looks] = [USUAL_RATE * USUAL_LOOKS, USUAL_LOOKS];
  for (const one of all) {
    engaged += engagedOf(one);
    looks += one.attention;
  }
  return engaged / looks;
}

/**
 * The item's lift, from 1 / {@link MAX_LIFT} to {@link MAX_LIFT}. `prior`: the lift where nothing was seen.
 * `rate`: {@link ratePerLook}.
 */
export function liftOf(
  { attention, opened, played }: Pick<ItemEngagement, "attention" | "opened" | "played">,
  rate: number,
  prior = 1,
): number {
  const lift = (prior * PRIOR_PLAYS + engagedOf({ opened, played })) / (PRIOR_PLAYS + rate * attention);
  return Math.min(MAX_LIFT, Math.max(1 / MAX_LIFT, lift));
}

/** items.seq → lift */
export type Lifts = ReadonlyMap<number, number>;

/**
 * Each cluster's lifts, in the order of `clusters` (parents before children). The prior is the lift of the
 * parent, so that the clusters of a new split inherit what was seen before. The root's lifts are not passed
 * on, since its pages are for everybody.
 */
export function liftsByCluster(
  engaged: readonly ItemEngagement[],
  clusters: readonly { readonly id: string; readonly parent: number }[],
): Lifts[] {
  const rate = ratePerLook(engaged);
  const byCluster = Map.groupBy(engaged, ({ cluster }) => cluster);
  const all: Lifts[] = [];
  for (const { id, parent } of clusters) {
    const prior = parent > 0 ? all[parent] : undefined;
    const own = (byCluster.get(id) ?? []).map(
      (counts) => [counts.item, liftOf(counts, rate, prior?.get(counts.item))] as const,
    );
    all.push(new Map([...(prior ?? []), ...own]));
  }
  return all;
}
