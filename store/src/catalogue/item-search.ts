/** Full-text search over the catalogue. */
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { Database } from "../database.ts";
import { perDatabase } from "../prepared.ts";
import { toCatalogueEntry } from "./items.ts";
import { queryTerms } from "./search-text.ts";

/** A word in the title weighs as much as ten in the kind, genres, teams or description; a part less. */
const WEIGHTS = "10, 1, 0.5";
/** Items that have only parts of the words come after those that have the words. */
const PARTS_FACTOR = 0.5;

type Row = { readonly seq: number; readonly json: string; readonly relevance: number };

const select = perDatabase(({ sqlite }) =>
  sqlite.prepare<[string, number], Row>(
    `SELECT items.seq, items.json, -bm25(items_fts, ${WEIGHTS}) AS relevance FROM items_fts JOIN items ON items.seq = items_fts.rowid
     WHERE items_fts MATCH ? ORDER BY relevance DESC, items.seq LIMIT ?`,
  ),
);

/**
 * `relevance` is BM25 with the sign inverted, so that more is better. It can be compared only within one
 * answer.
 */
export type FoundItem = CatalogueEntry & { readonly relevance: number };

/**
 * Returns items by BM25, best first. Any text is accepted. First come the items that have all words, the last
 * one as a prefix, since it may be half typed; then those with the words as parts of longer ones. When there
 * are none, one of the words is enough. The caller must check availability.
 */
export function searchItems(database: Database, text: string, limit: number): FoundItem[] {
  const terms = queryTerms(text);
  if (terms.length === 0) return [];
  const find = (query: string): Row[] => select(database).all(query, limit);
  const whole = find(`{title extra} : (${terms.join(" AND ")}*)`);
  const rows =
    whole.length < limit
      ? [...whole, ...withParts(whole, find(terms.map((term) => `${term}*`).join(" AND ")))]
      : whole;
  const found =
    rows.length > 0 || terms.length === 1 ? rows : find(`{title extra} : (${terms.join(" OR ")}*)`);
  return found.slice(0, limit).map((row) => ({ ...toCatalogueEntry(row), relevance: row.relevance }));
}

/** Those of `partly` that `whole` does not have, all of them less relevant. */
function withParts(whole: readonly Row[], partly: readonly Row[]): Row[] {
  const known = new Set(whole.map(({ seq }) => seq));
  const least = whole.at(-1)?.relevance;
  const most = partly[0]?.relevance ?? 0;
  return partly
    .filter(({ seq }) => !known.has(seq))
    .map((row) =>
      least === undefined || most <= 0
        ? row
        : { ...row, relevance: (PARTS_FACTOR * least * row.relevance) / most },
    );
}
