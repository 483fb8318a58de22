/** The users that a tree is grown on, each in two rows: as they are known, and as a stranger (audience.ts). Pure. */
import type { Attribute } from "./audience.ts";
import { TASTE_DIMENSIONS } from "./basis.ts";

const D = TASTE_DIMENSIONS;

export type TreeAudience = {
  /** Codes by user. */
  readonly attributes: readonly Attribute[];
  /** Weight in traffic, by user. */
  readonly visits: Uint8Array;
  /** users × {@link TASTE_DIMENSIONS}, each of length 1, or all 0 for a user of whose taste nothing can be told. */
  readonly sketches: Float32Array;
  /** 1 where there is a sketch. */
  readonly told: Uint8Array;
  /** 1 where more is known of the user than a request tells: {@link knownUsers}. */
  readonly known: Uint8Array;
};

export function knownUsers(attributes: readonly Attribute[], users: number): Uint8Array {
  const known = new Uint8Array(users);
  for (const { inRequest, codes } of attributes) {
    if (!inRequest) for (let user = 0; user < users; user += 1) if (codes[user] !== 0) known[user] = 1;
  }
  return known;
}

/** Row 2u is user u as known, row 2u + 1 the stranger; a user of whom only the request is known has the first alone. */
export function allRows(known: Uint8Array): Uint32Array {
  const rows = new Uint32Array(2 * known.length);
  let size = 0;
  known.forEach((isKnown, user) => {
    rows[size++] = 2 * user;
    if (isKnown === 1) rows[size++] = 2 * user + 1;
  });
  return rows.slice(0, size);
}

/** A user's rows share the user's visits. */
export function weightOf({ known, visits }: Pick<TreeAudience, "known" | "visits">, row: number): number {
  const user = row >> 1;
  return known[user] === 1 ? visits[user]! / 2 : visits[user]!;
}

export function codeOf({ inRequest, codes }: Attribute, row: number): number {
  return inRequest || (row & 1) === 0 ? codes[row >> 1]! : 0;
}

/** Weighted sum of sketches, and what the statistics need beside it. */
export type Moments = {
  readonly sum: Float64Array;
  /** Of the rows with a sketch; sketches have length 1, so this is also Σ w·|y|². */
  weight: number;
  /** Σ over users of the square of their weight here: how unequal they are. Two rows of a user carry the same taste, and count as one. */
  weightSquares: number;
  /** Distinct users, with or without a sketch. */
  users: number;
  /** Distinct users with a sketch. */
  tellers: number;
};

export function noMoments(): Moments & { lastUser: number } {
  return { sum: new Float64Array(D), weight: 0, weightSquares: 0, users: 0, tellers: 0, lastUser: -1 };
}

/** Rows must come in ascending order, so that a user's two are counted once. */
export function addRow(moments: ReturnType<typeof noMoments>, audience: TreeAudience, row: number): void {
  const user = row >> 1;
  const told = audience.told[user] === 1;
  const second = moments.lastUser === user;
  if (!second) {
    moments.users += 1;
    if (told) moments.tellers += 1;
    moments.lastUser = user;
  }
  if (!told) return;
  const weight = weightOf(audience, row);
  const { sum } = moments;
  const from = user * D;
  for (let d = 0; d < D; d += 1) sum[d]! += weight * audience.sketches[from + d]!;
  moments.weight += weight;
  // (2w)² − w²
  moments.weightSquares += (second ? 3 : 1) * weight * weight;
}

export function momentsOf(audience: TreeAudience, rows: Uint32Array): Moments {
  const moments = noMoments();
  for (const row of rows) addRow(moments, audience, row);
  return moments;
}

/** Σ w·|y − mean|² = Σ w − |Σ w·y|² ÷ Σ w for sketches of length 1. */
export function spread({ sum, weight }: Moments): number {
  const explained = weight === 0 ? 0 : sum.reduce((total, value) => total + value * value, 0) / weight;
  return Math.max(0, weight - explained);
}
