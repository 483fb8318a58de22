/** Counts what reaches the gate, second by second, for the last 15 minutes. */
import { NOW_SECONDS, type NowSeconds } from "@spillway/shared/protocol/now-state.ts";

const SECOND_MS = 1000;
/** One slot more than is shown, since the present second has only begun. */
const SLOTS = NOW_SECONDS + 1;
/** Demand that is under the threshold for so long has ended; a shorter dip is chance. */
const CALM_AFTER_S = 3;

/** What holds at the end of a second. */
export type AtSecond = {
  readonly thresholdPerSec: number | undefined;
  /** True where isolates may forward nothing, and so tell nothing of their demand. */
  readonly isSilent: boolean;
  /** True while the gate's estimator takes demand to be over the threshold. */
  readonly isOver: boolean;
};

/** What is kept of seconds, so that a process after this one goes on with them. */
export type KeptSeconds = NowSeconds & {
  /** Since which second demand was over the threshold, in seconds since 1970; null while it was not. */
  readonly overSinceS: readonly (number | null)[];
};

export class SecondSeries {
  readonly #arrivals = new Float64Array(SLOTS);
  readonly #offered = new Float64Array(SLOTS);
  readonly #admitted = new Float64Array(SLOTS);
  readonly #thresholds = new Float64Array(SLOTS).fill(Number.NaN);
  readonly #overSince = new Float64Array(SLOTS).fill(Number.NaN);
  readonly #silent = new Uint8Array(SLOTS);
  #startedSecond: number;
  readonly #atSecond: () => AtSecond;
  /** The second that has only begun. */
  #second: number;
  #overSinceS: number | undefined;
  #calmSeconds = 0;

  /** `atSecond` is asked at the end of each second. `before` is what an earlier process has counted. */
  constructor(nowMs: number, atSecond: () => AtSecond, before?: KeptSeconds) {
    this.#second = Math.floor(nowMs / SECOND_MS);
    this.#startedSecond = this.#second;
    this.#atSecond = atSecond;
    if (before !== undefined) this.#restore(before);
  }

  /** Counts a request that stands for `arrivals`. */
  add(nowMs: number, arrivals: number, isAdmitted: boolean): void {
    this.advance(nowMs);
    const at = this.#second % SLOTS;
    this.#arrivals[at] = (this.#arrivals[at] ?? 0) + arrivals;
    this.#offered[at] = (this.#offered[at] ?? 0) + 1;
    if (isAdmitted) this.#admitted[at] = (this.#admitted[at] ?? 0) + 1;
  }

  /** Ends the seconds that are over. A clock that was set back counts on in the newest second. */
  advance(nowMs: number): void {
    const second = Math.floor(nowMs / SECOND_MS);
    if (second <= this.#second) return;
    const state = this.#atSecond();
    // After a gap longer than the series, only its own seconds are worth ending.
    if (second - this.#second > SLOTS) this.#end(second - SLOTS, state);
    while (this.#second < second) this.#end(this.#second + 1, state);
  }

  get overSinceMs(): number | null {
    return this.#overSinceS === undefined ? null : this.#overSinceS * SECOND_MS;
  }

  /** The end of the newest whole second. */
  get atMs(): number {
    return this.#second * SECOND_MS;
  }

  /** The newest `seconds` whole seconds, or as many as there are since the start. */
  read(seconds: number): NowSeconds {
    const count = Math.min(seconds, NOW_SECONDS, this.#second - this.#startedSecond);
    const { overSinceS: _, ...read } = this.kept(this.#second - count, this.#second);
    return read;
  }

  /** From one second to before another, in seconds since 1970; what is not known of them is null, or 0. */
  kept(fromSecond: number, untilSecond: number): KeptSeconds {
    const seconds = Array.from({ length: Math.max(0, untilSecond - fromSecond) }, (_, at) => fromSecond + at);
    const oldest = Math.max(this.#startedSecond, this.#second - NOW_SECONDS);
    const column = <Unknown>(
      of: (slot: number) => number | Unknown,
      unknown: Unknown,
    ): (number | Unknown)[] =>
      seconds.map((second) => (second < oldest || second >= this.#second ? unknown : of(second % SLOTS)));
    return {
      fromMs: fromSecond * SECOND_MS,
      demand: column(
        (at) => (this.#silent[at] === 1 && this.#offered[at] === 0 ? null : (this.#arrivals[at] ?? 0)),
        null,
      ),
      offered: column((at) => this.#offered[at] ?? 0, 0),
      admitted: column((at) => this.#admitted[at] ?? 0, 0),
      threshold: column((at) => finiteOrNull(this.#thresholds[at]), null),
      overSinceS: column((at) => finiteOrNull(this.#overSince[at]), null),
    };
  }

  /** Between the last second that is kept and this process's first, nothing is known. */
  #restore({ fromMs, demand, offered, admitted, threshold, overSinceS }: KeptSeconds): void {
    const first = fromMs / SECOND_MS;
    const from = Math.max(first, this.#second - NOW_SECONDS);
    for (let second = from; second < this.#second; second += 1) {
      const [slot, at] = [second % SLOTS, second - first];
      this.#arrivals[slot] = demand[at] ?? 0;
      this.#silent[slot] = (demand[at] ?? null) === null ? 1 : 0;
      this.#offered[slot] = offered[at] ?? 0;
      this.#admitted[slot] = admitted[at] ?? 0;
      this.#thresholds[slot] = threshold[at] ?? Number.NaN;
      this.#overSince[slot] = overSinceS[at] ?? Number.NaN;
    }
    this.#startedSecond = Math.min(from, this.#second);
  }

  #end(next: number, { thresholdPerSec, isSilent, isOver }: AtSecond): void {
    const at = this.#second % SLOTS;
    this.#thresholds[at] = thresholdPerSec ?? Number.NaN;
    this.#silent[at] = isSilent ? 1 : 0;
    // The estimator decides only when somebody asks, so without requests its last word is out of date.
    const over = isOver && (this.#offered[at] ?? 0) > 0;
    this.#calmSeconds = over ? 0 : this.#calmSeconds + 1;
    if (over) this.#overSinceS ??= this.#second;
    else if (this.#calmSeconds >= CALM_AFTER_S) this.#overSinceS = undefined;
    this.#overSince[at] = this.#overSinceS ?? Number.NaN;
    this.#second = next;
    const begun = next % SLOTS;
    this.#arrivals[begun] = this.#offered[begun] = this.#admitted[begun] = 0;
  }
}

function finiteOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
