/**
 * The inverse of a large symmetric positive definite matrix, in place, by the blocked sweep operator (Beaton
 * 1964; Goodnight, The American Statistician 1979). Each step takes a block of pivot columns and does the
 * same work all over the triangle, n²/2 · depth multiply-adds, and so is easy to share among threads. Pure:
 * the caller runs a share on each of its threads (invert.ts).
 */
import { kernelsOn } from "../kernels/kernels.ts";
import { bytesOf, numbersAt, ROWS, type InverseMatrix } from "./inverse-matrix.ts";
import { pivotInverse } from "./pivot-inverse.ts";
import { endTicket, stopTickets, takeTicket, waitForPieces } from "./tickets.ts";

/** Rows of A to a tile: model/kernels/subtract-products.ts. */
const TILE = 4;
/** Bytes of a tile of B, and of one vector. */
const TILE_BYTES = 32;
const VECTOR_BYTES = 16;
/** Of the panel, that are gathered at once. */
const GATHERED_ROWS = 8 * ROWS;

/** `thread`: its number, 0 … threads − 1. */
export type InvertInput = { readonly matrix: InverseMatrix; readonly thread: number };

/** Pieces of all steps: the largest that a ticket can be. */
export function piecesOf({ stride, depth }: InverseMatrix): number {
  const { gathers, updates } = piecesOfStep(stride);
  return (stride / depth) * (gathers + updates);
}

function piecesOfStep(stride: number): { readonly gathers: number; readonly updates: number } {
  return { gathers: Math.ceil(stride / GATHERED_ROWS), updates: 1 + stride / ROWS };
}

/** Makes the first step ready. Throws RangeError where the matrix is not positive definite. */
export function beginInversion(matrix: InverseMatrix): void {
  numbersAt(matrix, "tickets").fill(0);
  invertPivot(matrix, 0);
}

/**
 * One thread's share of the inversion, whatever the others' are: it takes one piece of work after the other,
 * in their order, and waits only where a piece needs what others are still at. The whole is one task, since a
 * thread that is handed a large memory again at each step spends a third of its time collecting garbage.
 * Throws RangeError where the matrix is not positive definite; the other threads then end too.
 */
export function invertShare({ matrix, thread }: InvertInput): void {
  const { stride, depth } = matrix;
  const tickets = numbersAt(matrix, "tickets");
  const { gathers, updates } = piecesOfStep(stride);
  const updateBlock = createUpdate(matrix, thread);
  const all = piecesOf(matrix);
  for (let ticket = takeTicket(tickets); ticket < all; ticket = takeTicket(tickets)) {
    const piece = ticket % (gathers + updates);
    const first = ticket - piece;
    const pivot = (first / (gathers + updates)) * depth;
    if (!waitForPieces(tickets, piece < gathers ? first : first + gathers)) return;
    try {
      if (piece < gathers) gatherPanel(matrix, pivot, piece * GATHERED_ROWS);
      else updatePiece(matrix, pivot, piece - gathers, updateBlock);
    } catch (error) {
      stopTickets(tickets);
      throw error;
    }
    endTicket(tickets, first + gathers, first + gathers + updates);
  }
}

/** A panel holds one tile of rows after the other, each column by column, so that the kernel reads on and on. */
function gatherPanel(matrix: InverseMatrix, pivot: number, from: number): void {
  const { stride, width, depth } = matrix;
  const values = numbersAt(matrix, "values");
  const panel = numbersAt(matrix, "panel");
  const tile = TILE_BYTES / values.BYTES_PER_ELEMENT;
  const end = Math.min(stride, from + GATHERED_ROWS);
  for (let row = from; row < end; row += tile) {
    const to = row * depth;
    if (row >= pivot && row < pivot + depth) {
      panel.fill(0, to, to + tile * depth);
    } else if (row > pivot) {
      for (let r = 0; r < tile; r += 1) {
        const own = (row + r) * width + pivot;
        for (let p = 0; p < depth; p += 1) panel[to + p * tile + r] = values[own + p]!;
      }
    } else {
      for (let p = 0; p < depth; p += 1) {
        const own = (pivot + p) * width + row;
        for (let r = 0; r < tile; r += 1) panel[to + p * tile + r] = values[own + r]!;
      }
    }
  }
}

/**
 * The first piece updates the next step's pivot and inverts it, so that nobody waits for that; the others are
 * blocks of rows, the largest first.
 */
function updatePiece(
  matrix: InverseMatrix,
  pivot: number,
  piece: number,
  updateBlock: (pivot: number, row: number) => void,
): void {
  const { stride, depth } = matrix;
  const next = pivot + depth;
  if (piece === 0) {
    if (next === stride) return;
    for (let row = next; row < next + depth; row += ROWS) updateBlock(pivot, row);
    invertPivot(matrix, next);
    return;
  }
  const row = stride - ROWS * piece;
  if (row >= next && row < next + depth) return;
  if (row >= pivot && row < next) finishBlock(matrix, pivot, row);
  else updateBlock(pivot, row);
}

/** Two steps' pivots stand by turns, since the next one's is made while the last one's is read. */
function pivotAt({ depth }: InverseMatrix, pivot: number): 0 | 1 {
  return (pivot / depth) % 2 === 0 ? 0 : 1;
}

/** Inverts a pivot block, negated, since the kernel subtracts: what it makes of zeros is the product. */
function invertPivot(matrix: InverseMatrix, pivot: number): void {
  const { depth } = matrix;
  const inverse = pivotInverse(matrix, pivot);
  const negated = numbersAt(matrix, "pivot", pivotAt(matrix, pivot));
  for (let q = 0; q < depth; q += 1) {
    const to = (q - (q % TILE)) * depth + (q % TILE);
    for (let p = 0; p < depth; p += 1) negated[to + p * TILE] = -inverse[q * depth + p]!;
  }
}

/**
 * values[i, j] −= (panel · inverse)[i] · panel[j] for a block of rows i and all j up to i, and the block's
 * part of the pivot's columns becomes the panel times the inverse.
 */
function createUpdate(matrix: InverseMatrix, thread: number): (pivot: number, row: number) => void {
  const { depth, precision, memory } = matrix;
  const kernels = kernelsOn(memory);
  const subtractProducts = precision === "f32" ? kernels.subtractProductsF32 : kernels.subtractProductsF64;
  const element = precision === "f32" ? 4 : 8;
  const values = bytesOf(matrix, "values");
  const panel = bytesOf(matrix, "panel");
  const scaled = bytesOf(matrix, "scaled", thread);
  const product = numbersAt(matrix, "scaled", thread);
  const tiles = (rows: number): number => (rows * element) / TILE_BYTES;
  const tileBytes = TILE_BYTES * depth;
  const rowBytes = matrix.width * element;
  // The product is written as a panel of rows of A: each vector of rows is one vector of a tile.
  const vectorsOfTile = (TILE * element) / VECTOR_BYTES;
  const toNextVector = vectorsOfTile === 1 ? VECTOR_BYTES * depth : VECTOR_BYTES;
  return (pivot, row) => {
    const negated = bytesOf(matrix, "pivot", pivotAt(matrix, pivot));
    const own = panel + tiles(row) * tileBytes;
    product.fill(0);
    subtractProducts(
      scaled,
      TILE * element,
      toNextVector,
      tileBytes,
      negated,
      depth / TILE,
      own,
      tiles(ROWS),
      depth,
    );
    subtractProducts(
      values + row * rowBytes,
      rowBytes,
      VECTOR_BYTES,
      TILE_BYTES,
      scaled,
      ROWS / TILE,
      panel,
      tiles(row + ROWS),
      depth,
    );
    putColumns(matrix, pivot, row, product);
  };
}

/** The pivot's columns of a block of rows become the panel times the inverse. */
function putColumns(matrix: InverseMatrix, pivot: number, row: number, product: Float32Array | Float64Array) {
  const { width, depth } = matrix;
  const values = numbersAt(matrix, "values");
  if (row > pivot) {
    for (let r = 0; r < ROWS; r += 1) {
      const to = (row + r) * width + pivot;
      const from = (r - (r % TILE)) * depth + (r % TILE);
      for (let p = 0; p < depth; p += 1) values[to + p] = product[from + p * TILE]!;
    }
    return;
  }
  for (let p = 0; p < depth; p += 1) {
    const to = (pivot + p) * width + row;
    for (let r = 0; r < ROWS; r += 1) {
      values[to + r] = product[(r - (r % TILE)) * depth + p * TILE + (r % TILE)]!;
    }
  }
}

/** Rows of the pivot's own block become −inverse. */
function finishBlock(matrix: InverseMatrix, pivot: number, row: number): void {
  const { width, depth } = matrix;
  const values = numbersAt(matrix, "values");
  const negated = numbersAt(matrix, "pivot", pivotAt(matrix, pivot));
  for (let i = row - pivot; i < row - pivot + ROWS; i += 1) {
    const from = (i - (i % TILE)) * depth + (i % TILE);
    for (let j = 0; j <= i; j += 1) values[(pivot + i) * width + pivot + j] = negated[from + j * TILE]!;
  }
}
