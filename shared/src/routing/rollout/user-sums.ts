/**
 * What is counted of one arm, by user: requests of one user are not independent of each other, so a user is
 * what the variance is taken over. Memory is bounded: of very many users a part is kept, and of them all.
 * Pure.
 */

/** Counts of one user, in the order of the columns. */
type Counts = Float64Array;

/**
 * `request`: a ratio of sums, in which who comes often counts often. `user`: every user counts once, with
 * their own ratio, so that nobody who comes a thousand times decides alone.
 */
export type Weight = "request" | "user";

/** Half of the users, by their hash, is dropped when there are more. */
export const MAX_USERS = 20_000;

/** About so many are stored for the next process at most, since the state is written every few seconds. */
export const MAX_STORED_USERS = 2000;

/** Users with their draws and counts, as they are stored. */
export type StoredUsers = {
  /** Of all users those with a draw below it. */
  readonly kept: number;
  readonly users: readonly (readonly [user: string, draw: number, ...counts: number[]])[];
};

export type Ratio = {
  /** Sum of the column over sum of the base. */
  readonly value: number;
  /** Of `value`, over users. */
  readonly variance: number;
  readonly users: number;
};

/** Columns of counts by user, and what their ratios need, kept up to date with each addition. */
export class UserSums {
  readonly #columns: number;
  readonly #weight: Weight;
  readonly #maxUsers: number;
  readonly #users = new Map<string, Counts>();
  /** Users with a hash below it are kept, as a part of all. */
  #kept = 1;
  #sums: Float64Array;
  /** Sum of squares of each column, and of its product with column 0. */
  #squares: Float64Array;
  #products: Float64Array;

  /** It goes on with `stored`, if any. */
  constructor(columns: number, weight: Weight, maxUsers = MAX_USERS, stored?: StoredUsers) {
    this.#columns = columns;
    this.#weight = weight;
    this.#maxUsers = maxUsers;
    this.#sums = new Float64Array(columns);
    this.#squares = new Float64Array(columns);
    this.#products = new Float64Array(columns);
    for (const [user, draw, ...counts] of stored?.users ?? []) this.add(user, draw, counts);
    this.#kept = Math.min(this.#kept, stored?.kept ?? 1);
  }

  /** Of very many users a part, by their draws, which says the same with a wider interval. */
  stored(maxUsers = MAX_STORED_USERS): StoredUsers {
    const kept = this.#kept * Math.min(1, maxUsers / this.#users.size);
    const users: [string, number, ...number[]][] = [];
    for (const [user, counts] of this.#users) {
      const draw = counts[this.#columns] ?? 0;
      if (draw < kept) users.push([user, draw, ...counts.subarray(0, this.#columns)]);
    }
    return { kept, users };
  }

  get users(): number {
    return this.#users.size;
  }

  /** Of the counts, or of users' own ratios where each user counts once. */
  sum(column: number): number {
    return this.#sums[column] ?? 0;
  }

  /** `draw` in [0, 1) is the user's own, such as a part of their hash. */
  add(user: string, draw: number, counts: readonly number[]): void {
    if (draw >= this.#kept) return;
    let own = this.#users.get(user);
    if (own === undefined) {
      if (this.#users.size >= this.#maxUsers) {
        this.#halve();
        if (draw >= this.#kept) return;
      }
      // Its last cell remembers the draw, for when users are dropped.
      own = new Float64Array(this.#columns + 1);
      own[this.#columns] = draw;
      this.#users.set(user, own);
    }
    this.#account(own, -1);
    for (let at = 0; at < this.#columns; at += 1) own[at] = (own[at] ?? 0) + (counts[at] ?? 0);
    this.#account(own, 1);
  }

  /**
   * Column `column` over column 0, by the delta method for ratios of sums over users. Undefined with fewer
   * than two users. `careful` adds two users of average size, one all and one nothing, as A. Agresti and B.
   * Caffo (2000) do for differences of proportions: an arm with few users says little, also where all of
   * them are alike.
   */
  ratio(column: number, careful: boolean): Ratio | undefined {
    const own = this.#users.size;
    const base = this.sum(0);
    if (own < 2 || base === 0) return undefined;
    const mean = base / own;
    const extra = careful ? 2 : 0;
    const users = own + extra;
    const bases = base + extra * mean;
    const value = (this.sum(column) + (careful ? mean : 0)) / bases;
    const squares = (this.#squares[column] ?? 0) + (careful ? mean * mean : 0);
    const products = (this.#products[column] ?? 0) + (careful ? mean * mean : 0);
    const baseSquares = (this.#squares[0] ?? 0) + extra * mean * mean;
    const residual = Math.max(0, squares - 2 * value * products + value * value * baseSquares);
    return { value, variance: (residual / bases ** 2) * (users / (users - 1)), users: own };
  }

  #account(counts: Counts, sign: 1 | -1): void {
    const requests = counts[0] ?? 0;
    if (this.#weight === "user" && requests === 0) return;
    const weight = this.#weight === "user" ? 1 / requests : 1;
    const base = requests * weight;
    for (let at = 0; at < this.#columns; at += 1) {
      const own = (counts[at] ?? 0) * weight;
      this.#sums[at] = (this.#sums[at] ?? 0) + sign * own;
      this.#squares[at] = (this.#squares[at] ?? 0) + sign * own * own;
      this.#products[at] = (this.#products[at] ?? 0) + sign * own * base;
    }
  }

  #halve(): void {
    this.#kept /= 2;
    this.#sums.fill(0);
    this.#squares.fill(0);
    this.#products.fill(0);
    for (const [user, counts] of this.#users) {
      if ((counts[this.#columns] ?? 0) >= this.#kept) this.#users.delete(user);
      else this.#account(counts, 1);
    }
  }
}
