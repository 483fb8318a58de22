/**
 * Counts calls and users under one strategy: users who were served individually always, at times, or never.
 */
import { BANDS } from "./day-model.ts";

/**
 * How a modelled call can be served. The rungs between these need missing pages, which this model does not
 * have.
 */
export const RUNGS = ["individual", "cluster", "generic"] as const;
const INDIVIDUAL = 0;
const GENERIC = 2;
export type RungAt = 0 | 1 | 2;

export type BandTally = {
  readonly users: number;
  /** Users of the band with at least one call in it that was not served individually. */
  readonly usersHit: number;
  readonly calls: number;
  readonly callsHit: number;
};

export type StrategyTally = {
  /** Each user is counted in exactly one of these. */
  readonly users: { readonly fully: number; readonly partly: number; readonly none: number };
  /** Users with at least one such response. */
  readonly usersEver: { readonly cluster: number; readonly generic: number };
  readonly calls: { readonly individual: number; readonly cluster: number; readonly generic: number };
  /** One entry for each band, in their order. */
  readonly bands: readonly BandTally[];
};

/**
 * Counts in one pass over the calls, user by user: call {@link add} for each call, and {@link endUser} after
 * each user's last.
 */
export class Tally {
  readonly #calls = BANDS.map(() => new Float64Array(RUNGS.length));
  readonly #bandUsers = new Float64Array(BANDS.length);
  readonly #bandUsersHit = new Float64Array(BANDS.length);
  readonly #users = { fully: 0, partly: 0, none: 0 };
  readonly #usersEver = { cluster: 0, generic: 0 };
  // The rungs that the present user has seen: one bit for each rung in each band, `1 << (3 · band + rung)`.
  #seen = 0;

  add(band: number, rung: RungAt): void {
    this.#seen |= 1 << (band * RUNGS.length + rung);
    const calls = this.#calls[band];
    if (calls !== undefined) calls[rung] = (calls[rung] ?? 0) + 1;
  }

  endUser(): void {
    let ever = 0;
    for (let band = 0; band < BANDS.length; band += 1) {
      const seen = (this.#seen >> (band * RUNGS.length)) & 0b111;
      ever |= seen;
      if (seen > 0) this.#bandUsers[band] = (this.#bandUsers[band] ?? 0) + 1;
      if (seen > 0b001) this.#bandUsersHit[band] = (this.#bandUsersHit[band] ?? 0) + 1;
    }
    if (ever === 0b001) this.#users.fully += 1;
    else if ((ever & 0b001) > 0) this.#users.partly += 1;
    else this.#users.none += 1;
    if ((ever & 0b010) > 0) this.#usersEver.cluster += 1;
    if ((ever & 0b100) > 0) this.#usersEver.generic += 1;
    this.#seen = 0;
  }

  result(): StrategyTally {
    const served = (rung: RungAt) => this.#calls.reduce((sum, calls) => sum + (calls[rung] ?? 0), 0);
    return {
      users: { ...this.#users },
      usersEver: { ...this.#usersEver },
      calls: { individual: served(INDIVIDUAL), cluster: served(1), generic: served(GENERIC) },
      bands: this.#calls.map((calls, band) => {
        const all = calls.reduce((sum, count) => sum + count, 0);
        return {
          users: this.#bandUsers[band] ?? 0,
          usersHit: this.#bandUsersHit[band] ?? 0,
          calls: all,
          callsHit: all - (calls[INDIVIDUAL] ?? 0),
        };
      }),
    };
  }
}
