/** Rows of a JSONL file: one JSON object a line. */
import { reasonOf } from "../reason-of.ts";
import { parseJson } from "./json-value.ts";
import { columnNames, MAX_ROW_CHARACTERS, type Position, type Row, type RowFile } from "./row-file.ts";
import { readSourceText } from "./source.ts";

/** UTF-8 has no surrogates, so that they can only be escaped. */
const SURROGATE = /\\u[dD][89a-fA-F]/;
const TOO_LONG = `the line has more than ${MAX_ROW_CHARACTERS} characters`;

/**
 * Rows as they stand in the file, good and bad, a chunk of the file's at a time. Of a line that is too long,
 * nothing is kept.
 */
export async function* jsonRows(file: RowFile, position: Position): AsyncGenerator<Row[], void, undefined> {
  const nameOf = file.nameOf ?? columnNames(file.columns);
  let rest = "";
  let isTooLong = false;
  for await (const chunk of readSourceText(file.source ?? file.path, file.onBytes, file.isLenient)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    const rows: Row[] = [];
    for (const text of lines) {
      position.line += 1;
      if (isTooLong) {
        isTooLong = false;
        rows.push({ ok: false, line: position.line, reason: TOO_LONG });
      } else if (text.trim() !== "") rows.push(toRow(text, position.line, nameOf, file));
    }
    yield rows;
    if (rest.length > MAX_ROW_CHARACTERS) isTooLong = true;
    if (isTooLong) rest = "";
  }
  if (isTooLong) yield [{ ok: false, line: position.line + 1, reason: TOO_LONG }];
  else if (rest.trim() !== "") yield [toRow(rest, position.line + 1, nameOf, file)];
}

function toRow(
  text: string,
  line: number,
  nameOf: (text: string) => string | undefined,
  { ignored, rankOf = () => 0 }: RowFile,
): Row {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return {
      ok: false,
      line,
      reason: `is not JSON: ${reasonOf(error)}`,
    };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, line, reason: "is not a JSON object" };
  }
  if (SURROGATE.test(text) && !isWellFormed(value)) {
    return { ok: false, line, reason: "holds half of a character (a surrogate without its other half)" };
  }
  const values: Record<string, unknown> = {};
  const ranks = new Map<string, number>();
  for (const [key, own] of Object.entries(value)) {
    const name = nameOf(key);
    if (name === undefined) ignored.add(key);
    else if (own !== null && own !== "") {
      const rank = rankOf(key);
      if (rank > (ranks.get(name) ?? rank)) continue;
      ranks.set(name, rank);
      values[name] = own;
    }
  }
  return { ok: true, line, values };
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, own]) => key.isWellFormed() && isWellFormed(own));
}
