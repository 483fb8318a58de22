/** Who visits, as far as a spike treats them differently. */
import type { Claim } from "@spillway/shared/admission/claim-order.ts";

/**
 * - `new`: nobody has seen them before;
 * - `cookie`: they carry their viewer state;
 * - `tv`: users with three plays and more on televisions, which send a token and keep no cookies.
 */
export const VIEWERS = ["new", "cookie", "tv"] as const;
export type Viewer = (typeof VIEWERS)[number];

/** Parts of all visits; they add up to 1. */
export type ViewerShares = Readonly<Record<Viewer, number>>;

export const CLAIM_OF: Readonly<Record<Viewer, Claim>> = {
  new: "stranger",
  cookie: "carrier",
  tv: "proven-without-state",
};

/** Rounding to three digits is forgiven. */
const SUM_TOLERANCE = 0.0021;

/**
 * Reads `new=0.3,cookie=0.5,tv=0.2`; who is not named does not come. Throws a RangeError that names what is
 * wrong.
 */
export function parseViewers(text: string): ViewerShares {
  const shares = new Map<Viewer, number>();
  for (const part of text.split(",")) {
    const [name = "", value, ...more] = part.split("=").map((side) => side.trim());
    const viewer = VIEWERS.find((known) => known === name);
    if (viewer === undefined) throw new RangeError(`"${name}" is none of ${VIEWERS.join(", ")}`);
    const share = value === undefined || value === "" || more.length > 0 ? Number.NaN : Number(value);
    if (!(share >= 0 && share <= 1))
      throw new RangeError(`"${part.trim()}": a share is a number from 0 to 1`);
    if (shares.has(viewer)) throw new RangeError(`${viewer} stands there twice`);
    shares.set(viewer, share);
  }
  const sum = [...shares.values()].reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE) {
    throw new RangeError(`the shares add up to ${Number(sum.toFixed(4))}, and must add up to 1`);
  }
  const shareOf = (viewer: Viewer): number => (shares.get(viewer) ?? 0) / sum;
  return { new: shareOf("new"), cookie: shareOf("cookie"), tv: shareOf("tv") };
}

/** `draw` is uniform in [0, 1). */
export function pickViewer(shares: ViewerShares, draw: number): Viewer {
  if (draw < shares.new) return "new";
  return draw < shares.new + shares.cookie ? "cookie" : "tv";
}
