/**
 * Which trainer makes the item–item model, by what each would cost: multiply-adds and bytes follow from the
 * sizes, seconds from the machine's measured speed. Pure.
 */
import { matrixBytes, type Precision } from "./inverse-matrix.ts";
import type { Plays } from "./gram.ts";
import { pairBytes } from "./pair-tasks.ts";
import { MAX_COLUMN_WEIGHTS } from "../scoring/strongest-weights.ts";

/** `primal`: by items, at the cube of their number; `dual`: by users, at the cube of theirs. */
export type EaseForm = "primal" | "dual";

export type TrainingSize = {
  readonly items: number;
  readonly users: number;
  /** Of all users. */
  readonly plays: number;
  /** Each user's plays, squared, summed: what counting co-occurrences takes. */
  readonly pairs: number;
};

/** What one thread does in a second, as it was measured (workers/calibrate.ts). */
export type Speed = {
  /** Multiply-adds of the kernel that inverts. */
  readonly vector: number;
  /** Additions to numbers that lie anywhere. */
  readonly scattered: number;
};

export type TrainingMeans = {
  readonly threads: number;
  readonly speed: Speed;
  readonly limits: TrainingLimits;
};

export type TrainingLimits = { readonly seconds: number; readonly bytes: number };

export const DEFAULT_LIMITS: TrainingLimits = { seconds: 300, bytes: 4e9 };

/**
 * In the order in which they come. `likeness`: which titles are alike (choose-sources.ts); `tail`: what rare
 * titles add (ease-head.ts).
 */
export type Phase = "counting" | "inversion" | "columns" | "likeness" | "fit" | "tail";

export type Cost = {
  readonly multiplyAdds: number;
  readonly scattered: number;
  readonly bytes: number;
  /** Of each phase, and of all. */
  readonly phases: Readonly<Record<Phase, number>>;
  readonly seconds: number;
};

export function sizeOf({ starts, playEnds }: Plays, items: number): TrainingSize {
  let plays = 0;
  let pairs = 0;
  for (let user = 0; user < playEnds.length; user += 1) {
    const own = playEnds[user]! - starts[user]!;
    plays += own;
    pairs += own * own;
  }
  return { items, users: playEnds.length, plays, pairs };
}

/** Vectors of 64 bits hold half as many numbers, and short rows leave them waiting. */
const FIT_SLOWNESS = 4;

/** Of a title, about, out of it as into it. */
const KEPT_WEIGHTS = 100;

/** Of both sparse forms of the plays. */
const BYTES_PER_PLAY = 8;

/**
 * The kernel is slower in an inversion than on what it was measured on: panels are gathered, threads wait.
 */
const INVERSION_SLOWNESS = 1.4;

/** Finding a column's strongest weights and handing them on takes as long as so many scattered additions. */
const SELECTION = 100_000;
/** Handing a column on to be fitted, and back. */
const HANDING = 40_000;
/** Each play is sorted by its user and by its title. */
const SORTING = 150;

/**
 * EASE whole, and the fit of the weights that are kept. `f64`: where numbers of 32 bits have been tried
 * before, and did not hold.
 */
export function easeCost(
  form: EaseForm,
  size: TrainingSize,
  { threads, speed }: TrainingMeans,
  precision: Precision = "f32",
): Cost {
  const { items, users, plays, pairs } = size;
  const primal = form === "primal";
  const order = primal ? items : users;
  const tries = precision === "f32" ? 1 : 3;
  const inversion = (tries * order ** 3) / 2;
  // A column keeps about as many weights as a source keeps; some keep twice as many.
  const fit = (items * (1.5 * KEPT_WEIGHTS) ** 3) / 6;
  const products = primal ? 0 : plays * items;
  const scattered = {
    counting: pairs + SORTING * plays + order ** 2,
    columns: items ** 2 + SELECTION * items + (primal ? 0 : plays * users),
    likeness: pairs + items ** 2 + SELECTION * items,
    fit: items * (KEPT_WEIGHTS ** 2 + HANDING) + (primal ? 0 : pairs),
  };
  const counts = primal ? 0 : pairBytes(items, users);
  const seconds = (vectors: number, additions: number): number =>
    (vectors / speed.vector + additions / speed.scattered) / threads;
  return {
    multiplyAdds: inversion + products + fit,
    scattered: Object.values(scattered).reduce((sum, additions) => sum + additions, 0),
    bytes:
      matrixBytes(order, "f32", threads) +
      (precision === "f32" ? 0 : matrixBytes(order, precision, threads)) +
      counts +
      weightBytes(items) +
      BYTES_PER_PLAY * plays,
    ...summed({
      counting: seconds(0, scattered.counting),
      inversion: seconds(INVERSION_SLOWNESS * inversion, 0),
      columns: seconds(FIT_SLOWNESS * products, scattered.columns),
      likeness: seconds(0, scattered.likeness),
      fit: seconds(FIT_SLOWNESS * fit, scattered.fit),
      tail: 0,
    }),
  };
}

/** EASE on the `head` most played of the titles, and neighbours for the others. */
export function headCost(head: number, size: TrainingSize, means: TrainingMeans): Cost {
  const { threads, speed } = means;
  const { items, plays, pairs } = size;
  const ease = easeCost("primal", { ...size, items: head }, means);
  const tail = items - head;
  // Rare titles are in fewer histories than their number says. Each one's row is counted twice, and looked
  // through; what frequent ones say of it takes an addition for each of their weights.
  const tailPairs = pairs * (tail / items) ** 4;
  const scattered = 2 * tailPairs + 4 * tail * items + KEPT_WEIGHTS * Math.min(tailPairs, (tail * items) / 3);
  const fit = (tail * KEPT_WEIGHTS ** 3) / 6;
  return {
    multiplyAdds: ease.multiplyAdds + fit,
    scattered: ease.scattered + scattered,
    bytes: ease.bytes + weightBytes(tail) + BYTES_PER_PLAY * plays,
    ...summed({
      ...ease.phases,
      tail: ((FIT_SLOWNESS * fit) / speed.vector + scattered / speed.scattered) / threads,
    }),
  };
}

export function cosineCost({ items, plays, pairs }: TrainingSize, { threads, speed }: TrainingMeans): Cost {
  const scattered = pairs + SORTING * plays + items ** 2 + SELECTION * items;
  return {
    multiplyAdds: 0,
    scattered,
    bytes: weightBytes(items) + BYTES_PER_PLAY * plays,
    ...summed({
      counting: scattered / speed.scattered / threads,
      inversion: 0,
      columns: 0,
      likeness: 0,
      fit: 0,
      tail: 0,
    }),
  };
}

function summed(phases: Cost["phases"]): Pick<Cost, "phases" | "seconds"> {
  return { phases, seconds: Object.values(phases).reduce((sum, seconds) => sum + seconds, 0) };
}

function weightBytes(items: number): number {
  return items * MAX_COLUMN_WEIGHTS * 8;
}
