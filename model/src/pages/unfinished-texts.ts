/** What "Continue watching" shows of its titles: the item, and how far its viewer got. Pure. */
import { NO_ROW, type HistoryColumns } from "../profile/history-columns.ts";
import type { RankedCarousel } from "./carousels.ts";
import type { ItemTexts } from "./page-item.ts";
import { CONTINUE } from "./personal-carousels.ts";

const ENCODER = new TextEncoder();
const CLOSING_BRACE_BYTES = 1;

/** By row, how far its viewer got. Of a history in columns, with the model's row of each entry. */
export function unfinishedShares(
  { progress }: HistoryColumns,
  rows: Int32Array,
): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (let at = 0; at < rows.length; at += 1) {
    const share = progress[at]!;
    if (!Number.isNaN(share) && rows[at] !== NO_ROW) shares.set(rows[at]!, share);
  }
  return shares;
}

/**
 * Texts that stand for the rows' own on this page, as UTF-8 by row. `shares` are the unfinished shares by
 * row; `changed` are texts that stand for others already.
 */
export function unfinishedTexts(
  carousels: readonly RankedCarousel[],
  shares: ReadonlyMap<number, number>,
  { starts, bytes }: ItemTexts,
  changed?: ReadonlyMap<number, Uint8Array>,
): ReadonlyMap<number, Uint8Array> | undefined {
  const rows = carousels.find(({ id }) => id === CONTINUE)?.rows;
  if (rows === undefined || shares.size === 0) return changed;
  const texts = new Map(changed);
  for (const row of rows) {
    const share = shares.get(row);
    const own = changed?.get(row) ?? bytes.subarray(starts[row], starts[row + 1]);
    if (share !== undefined && own.length > 0) texts.set(row, withProgress(own, share));
  }
  return texts;
}

function withProgress(item: Uint8Array, share: number): Uint8Array {
  const field = ENCODER.encode(`,"progress":${share}}`);
  const text = new Uint8Array(item.length - CLOSING_BRACE_BYTES + field.length);
  text.set(item.subarray(0, item.length - CLOSING_BRACE_BYTES));
  text.set(field, item.length - CLOSING_BRACE_BYTES);
  return text;
}
