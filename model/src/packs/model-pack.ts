/**
 * The model pack: for each source item its strongest weights, 8 bits each, which is what scoring a history
 * at the edge needs of the item–item model. Pure.
 */
import type { Checked } from "@spillway/shared/protocol/zod-issues.ts";
import { crc32 } from "../pages/crc32.ts";
import type { ItemModel } from "../scoring/item-model.ts";
import { areBelow, areStarts, readPack, refused, writePack } from "./pack-sections.ts";

/** By source row: its weights stand at rowStarts[row] … rowStarts[row + 1], the largest first. */
export type ModelPack = {
  readonly rowStarts: Uint32Array;
  readonly targets: Uint16Array | Uint32Array;
  /** A weight is weights[at] × scales[row]. */
  readonly weights: Int8Array;
  readonly scales: Float32Array;
  /** Which items its rows are: how many, and the checksum of their items.seq. */
  readonly rows: PackRows;
};

export type PackRows = { readonly count: number; readonly checksum: number };

export function packRows(itemSeqs: Uint32Array, count = itemSeqs.length): PackRows {
  const { buffer, byteOffset } = itemSeqs;
  return { count, checksum: crc32(new Uint8Array(buffer, byteOffset, 4 * count)) };
}

/** "SMP" and the version of the form. */
const MAGIC = 0x53_4d_50_01;

const FORMS = {
  rowStarts: ["u32"],
  targets: ["u16", "u32"],
  weights: ["i8"],
  scales: ["f32"],
} as const;

/** Beyond it a row's number needs more than 16 bits. */
const MAX_SHORT_ROWS = 65_536;
const LARGEST_WEIGHT = 127;

export type ModelPackOptions = {
  /** A row keeps at most so many weights, of either sign. */
  readonly weightsPerRow: number;
};

/** The bytes depend on the model and the options only. */
export function buildModelPack(
  model: ItemModel,
  { weightsPerRow }: ModelPackOptions,
): Uint8Array<ArrayBuffer> {
  const rows = model.itemSeqs.length;
  const room = keptWeights(model, weightsPerRow);
  const rowStarts = new Uint32Array(rows + 1);
  const targets = rows <= MAX_SHORT_ROWS ? new Uint16Array(room) : new Uint32Array(room);
  const weights = new Int8Array(room);
  const scales = new Float32Array(rows);
  let end = 0;
  for (let row = 0; row < rows; row += 1) {
    const kept = strongestOf(model, row, weightsPerRow);
    const largest = kept.reduce((most, at) => Math.max(most, Math.abs(model.weights[at]!)), 0);
    const scale = largest / LARGEST_WEIGHT;
    scales[row] = scale;
    for (const at of kept) {
      const weight = Math.round(model.weights[at]! / scale);
      // A weight that rounds to nothing says nothing.
      if (weight === 0 || !Number.isFinite(weight)) continue;
      targets[end] = model.columns[at]!;
      weights[end] = weight;
      end += 1;
    }
    rowStarts[row + 1] = end;
  }
  const { count, checksum } = packRows(model.itemSeqs);
  return writePack(MAGIC, { rows: { count, checksum }, weightsPerRow }, FORMS, {
    rowStarts,
    targets: targets.subarray(0, end),
    weights: weights.subarray(0, end),
    scales,
  });
}

/** How many weights are left of the model with so many a row. */
export function keptWeights({ rowStarts }: Pick<ItemModel, "rowStarts">, weightsPerRow: number): number {
  let kept = 0;
  for (let row = 0; row + 1 < rowStarts.length; row += 1) {
    kept += Math.min(weightsPerRow, rowStarts[row + 1]! - rowStarts[row]!);
  }
  return kept;
}

/** The bytes of a model pack of so many rows and weights, but for its head. */
export function modelPackBytes(rows: number, weights: number): number {
  const targetBytes = rows <= MAX_SHORT_ROWS ? 2 : 4;
  return 8 * (rows + 1) + weights * (targetBytes + 1);
}

/** Positions of the row's strongest weights, by weight, the largest first. */
function strongestOf({ rowStarts, columns, weights }: ItemModel, row: number, most: number): number[] {
  const [from, to] = [rowStarts[row]!, rowStarts[row + 1]!];
  const least = to - from > most ? strengths(weights, from, to)[to - from - most]! : 0;
  const kept: number[] = [];
  const ties: number[] = [];
  for (let at = from; at < to; at += 1) {
    const strength = Math.abs(weights[at]!);
    if (strength > least) kept.push(at);
    else if (strength === least) ties.push(at);
  }
  kept.push(...ties.slice(0, most - kept.length));
  return kept.toSorted((a, b) => weights[b]! - weights[a]! || columns[a]! - columns[b]!);
}

function strengths(weights: Float32Array, from: number, to: number): Float32Array {
  return weights
    .subarray(from, to)
    .map((weight) => Math.abs(weight))
    .toSorted();
}

/** Checks all that scoring relies on. The result stands on `bytes`. */
export function readModelPack(bytes: Uint8Array): Checked<ModelPack> {
  const pack = readPack(MAGIC, FORMS, bytes);
  if (!pack.ok) return pack;
  const { rowStarts, targets, weights, scales } = pack.value.sections;
  const rows = rowsIn(pack.value.head["rows"]);
  if (rows === undefined) return refused("must say which rows it has", "rows");
  if (targets.length !== weights.length) return refused("must have a target for each weight", "targets");
  if (!areStarts(rowStarts, rows.count, weights.length)) return refused("must cut the weights", "rowStarts");
  if (!areBelow(targets, rows.count)) return refused("must be rows", "targets");
  if (scales.length !== rows.count || !scales.every(isScale)) return refused("must be finite", "scales");
  return { ok: true, value: { rowStarts, targets, weights, scales, rows } };
}

/** What any trainer gives is far below; sums of so many cannot overflow. */
const LARGEST_SCALE = 1e6;

function isScale(scale: number): boolean {
  return scale >= 0 && scale <= LARGEST_SCALE;
}

function rowsIn(value: unknown): PackRows | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { count, checksum } = value as Partial<Record<keyof PackRows, unknown>>;
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(checksum)) return undefined;
  return { count: count as number, checksum: checksum as number };
}
