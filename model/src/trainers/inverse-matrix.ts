/** A symmetric matrix that is inverted in place, and what its threads need beside it, in one memory. Pure. */
import { kernelMemory, type KernelMemory } from "../kernels/kernels.ts";
import { TICKETS } from "./tickets.ts";

/** Rows that a thread updates together: a block of the panel then stays in the second-level cache. */
export const ROWS = 64;

export type Precision = "f32" | "f64";

/**
 * The lower triangle stands in the columns 0 … row of each row, to the end of its block of {@link ROWS}; the
 * rows and columns from `size` to `stride` hold the identity, so that no loop has a remainder. What the upper
 * triangle would hold is free for the caller's own numbers: those of (row, column > row) stand
 * {@link ROWS} columns further on, where no kernel writes.
 */
export type InverseMatrix = {
  readonly memory: KernelMemory;
  readonly precision: Precision;
  readonly size: number;
  /** A multiple of `depth`, which is a multiple of {@link ROWS}. */
  readonly stride: number;
  /** Numbers from one row to the next. */
  readonly width: number;
  /** Columns that one step takes together. */
  readonly depth: number;
  readonly threads: number;
};

type Part = "values" | "panel" | "pivot" | "scaled";

/** Steps of more columns move less memory, and of fewer leave less to one thread. */
export function depthFor(size: number): number {
  if (size > 8192) return 256;
  return size > 1024 ? 128 : ROWS;
}

export function strideFor(size: number): number {
  const depth = depthFor(size);
  return Math.max(1, Math.ceil(size / depth)) * depth;
}

/** Zeros. Throws RangeError beyond 4 GiB. */
export function createMatrix(size: number, precision: Precision, threads: number): InverseMatrix {
  const stride = strideFor(size);
  const empty = { precision, size, stride, width: stride + ROWS, depth: depthFor(size), threads };
  return { ...empty, memory: kernelMemory(matrixBytes(size, precision, threads)) };
}

/** Of all that {@link createMatrix} allocates. */
export function matrixBytes(size: number, precision: Precision, threads: number): number {
  const stride = strideFor(size);
  const layout = { precision, stride, width: stride + ROWS, depth: depthFor(size), threads };
  return offsetOf(layout, "tickets") + 64;
}

type Layout = Pick<InverseMatrix, "precision" | "stride" | "width" | "depth" | "threads">;

/** Every part begins on a line of the cache, since all are multiples of it. */
function offsetOf({ precision, stride, width, depth, threads }: Layout, name: Part | "tickets"): number {
  const element = precision === "f32" ? 4 : 8;
  const lengths = [stride * width, stride * depth, 2 * depth * depth, threads * ROWS * depth];
  const before = { values: 0, panel: 1, pivot: 2, scaled: 3, tickets: 4 }[name];
  return element * lengths.slice(0, before).reduce((sum, length) => sum + length, 0);
}

/** Where a part begins; of the pivots there are two, of the scaled blocks one for each thread: number `at`. */
export function bytesOf(matrix: InverseMatrix, name: Part, at = 0): number {
  const element = matrix.precision === "f32" ? 4 : 8;
  return offsetOf(matrix, name) + at * lengthOf(matrix, name) * element;
}

function lengthOf({ stride, width, depth }: InverseMatrix, name: Part): number {
  return { values: stride * width, panel: stride * depth, pivot: depth * depth, scaled: ROWS * depth }[name];
}

export function numbersAt(matrix: InverseMatrix, name: "tickets"): Int32Array;
export function numbersAt(matrix: InverseMatrix, name: Part, at?: number): Float32Array | Float64Array;
export function numbersAt(
  matrix: InverseMatrix,
  name: Part | "tickets",
  at = 0,
): Int32Array | Float32Array | Float64Array {
  const { memory, precision } = matrix;
  if (name === "tickets") return new Int32Array(memory.buffer, offsetOf(matrix, name), TICKETS);
  const place = [memory.buffer, bytesOf(matrix, name, at), lengthOf(matrix, name)] as const;
  return precision === "f32" ? new Float32Array(...place) : new Float64Array(...place);
}

/** Adds to the diagonal, and completes the identity beyond the matrix. */
export function addToDiagonal(matrix: InverseMatrix, value: number): void {
  const { size, stride, width } = matrix;
  const values = numbersAt(matrix, "values");
  for (let row = 0; row < stride; row += 1) values[row * (width + 1)]! += row < size ? value : 1;
}
