/** Ids as files have them: texts, or whole numbers in JSON. */

export type IdCell =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly reason: string };

/** A spreadsheet shows a long number like this, and saves it like this: 9.00720E+15. */
const SPREADSHEET_NUMBER = /^-?\d[.,]\d+E\+\d+$/;

/** `reason` says what is wrong with it. An empty cell is missing. */
export function readIdCell(cell: unknown): IdCell {
  if (cell === undefined || cell === null || cell === "") return { ok: false, reason: "is missing" };
  if (typeof cell === "string") {
    if (!SPREADSHEET_NUMBER.test(cell)) return { ok: true, id: cell };
    return { ok: false, reason: `${cell} is a number that has lost digits in a spreadsheet` };
  }
  if (typeof cell !== "number") return { ok: false, reason: "must be a text or a whole number" };
  // parseJson keeps longer whole numbers as texts, so that this is a fraction or has an exponent.
  if (!Number.isSafeInteger(cell)) {
    return { ok: false, reason: `${cell} is not a whole number; write the id as a text` };
  }
  return { ok: true, id: String(cell) };
}
