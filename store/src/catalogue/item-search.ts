/** Full-text search over the catalogue. */
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { Database } from "../database.ts";
import { toCatalogueEntry } from "./items.ts";
import { perDatabase } from "../prepared.ts";

/** Nobody types more words; further ones are ignored. */
const MAX_TERMS = 12;
const MAX_TERM_LENGTH = 64;
/** A word in the title weighs as much as ten in the kind, genres, teams or description. */
const TITLE_WEIGHT = 10;

const select = perDatabase(({ sqlite }) =>
  sqlite.prepare<[string, number], { seq: number; json: string; relevance: number }>(
    `SELECT items.seq, items.json, -bm25(items_fts, ${TITLE_WEIGHT}, 1) AS relevance FROM items_fts JOIN items ON items.seq = items_fts.rowid
     WHERE items_fts MATCH ? ORDER BY relevance DESC, items.seq LIMIT ?`,
  ),
);

/**
 * `relevance` is BM25 with the sign inverted, so that more is better. It can be compared only within one
 * answer.
 */
export type FoundItem = CatalogueEntry & { readonly relevance: number };

/**
 * Returns items by BM25, best first. Any text is accepted. An item must have all words, the last one as a
 * prefix, since it may be half typed; when no item has all words, one of them is enough. The caller must
 * check availability.
 */
export function searchItems(database: Database, text: string, limit: number): FoundItem[] {
  const terms = (text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [])
    .slice(0, MAX_TERMS)
    .map((term) => `"${term.slice(0, MAX_TERM_LENGTH)}"`);
  if (terms.length === 0) return [];
  const all = select(database).all(`${terms.join(" ")}*`, limit);
  const rows =
    all.length > 0 || terms.length === 1 ? all : select(database).all(`${terms.join(" OR ")}*`, limit);
  return rows.map((row) => ({ ...toCatalogueEntry(row), relevance: row.relevance }));
}
