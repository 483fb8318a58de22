/**
 * Converts a row's cells, text in CSV and any JSON value in JSONL, to an item or an interaction, or says what
 * is wrong. Pure.
 */
import { readIdCell } from "@spillway/kit/tabular/id-cell.ts";
import { readEventTime } from "@spillway/shared/protocol/time.ts";
import { isNobody } from "@spillway/shared/signals/plain-value.ts";
import { ID_FORM, isId } from "@spillway/shared/protocol/wire.ts";
import { readListCell, readTerritoriesCell, textsOf } from "./list-cell.ts";
import { ITEM_FIELDS, parseItem, type ItemResult } from "@spillway/store/catalogue/parse-item.ts";

type Cells = Readonly<Record<string, unknown>>;

/** `item` is another name for `id`, which is its name in interactions. */
export const ITEM_COLUMNS = [...ITEM_FIELDS, "item"];
export const INTERACTION_COLUMNS = ["user", "item", "weight", "time", "timestamp"];

const MAX_WEIGHT = 1e6;

const LISTS = ["genres", "teams"] as const;
const NUMBERS = ["durationMin", "hue", "ageRating"] as const;

/** An item without a kind is a movie. */
export function toItem(cells: Cells): ItemResult {
  const { item, ...fields }: Record<string, unknown> = { kind: "movie", ...cells };
  const id = readIdCell(fields["id"] ?? item);
  if (!id.ok) return { ok: false, issues: [{ key: "id", reason: id.reason }] };
  fields["id"] = id.id;
  fields["title"] = toText(fields["title"]);
  for (const name of LISTS) {
    const cell = fields[name];
    if (typeof cell === "string") fields[name] = readListCell(cell);
    // A list that has something else in it stays as it is, and is refused by the schema.
    else if (Array.isArray(cell)) fields[name] = textsOf(cell) ?? cell;
  }
  for (const name of NUMBERS) {
    const cell = fields[name];
    // A cell that is no number stays as it is, and is refused by the schema.
    if (typeof cell !== "string") continue;
    if (cell.trim() === "") fields[name] = undefined;
    else if (Number.isFinite(Number(cell))) fields[name] = Number(cell);
  }
  const { territories } = fields;
  if (typeof territories === "string") fields["territories"] = readTerritoriesCell(territories);
  const { takenDown } = fields;
  if (typeof takenDown === "string") fields["takenDown"] = BOOLEANS[takenDown.toLowerCase()] ?? takenDown;
  return parseItem(fields);
}

const BOOLEANS: Readonly<Record<string, boolean | undefined>> = {
  true: true,
  "1": true,
  false: false,
  "0": false,
};

export type Interaction = {
  readonly user: string;
  readonly item: string;
  readonly weight: number;
  /** 0 when it is unknown. */
  readonly timeMs: number;
};

/** Exports write 0 for a time that they do not know. */
const UNKNOWN_TIMES: ReadonlySet<unknown> = new Set([0, "0"]);
const NO_TIME = { ok: true, timeMs: 0 } as const;

export type InteractionResult =
  | ({ readonly ok: true } & Interaction)
  | { readonly ok: false; readonly reason: string };

export function toInteraction(cells: Cells, nowMs: number): InteractionResult {
  const user = readIdCell(cells["user"]);
  const item = readIdCell(cells["item"]);
  if (!user.ok) return { ok: false, reason: `user: ${user.reason}` };
  if (!isId(user.id)) return { ok: false, reason: `user: ${ID_FORM}` };
  // All rows without a user would become the history of one person.
  if (isNobody(user.id))
    return { ok: false, reason: `user: ${JSON.stringify(user.id)} is a word for nobody` };
  if (!item.ok) return { ok: false, reason: `item: ${item.reason}` };
  const weight = Number(cells["weight"] ?? 1);
  if (!(weight > 0 && weight <= MAX_WEIGHT)) {
    return { ok: false, reason: `weight: must be a number above 0, at most ${MAX_WEIGHT}` };
  }
  const timeCell = cells["time"] ?? cells["timestamp"] ?? 0;
  const time = UNKNOWN_TIMES.has(timeCell) ? NO_TIME : readEventTime(timeCell, nowMs);
  if (!time.ok) return { ok: false, reason: `time: ${time.reason}` };
  return { ok: true, user: user.id, item: item.id, weight, timeMs: time.timeMs };
}

/** Converts numbers, since titles in JSON files may be numbers. */
function toText(cell: unknown): unknown {
  return typeof cell === "number" ? String(cell) : cell;
}
