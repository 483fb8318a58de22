/**
 * Converts a row's cells, text in CSV and any JSON value in JSONL, to an item or an interaction, or says what
 * is wrong. Pure.
 */
import { toTimeMs } from "@spillway/kit/tabular/time-cell.ts";
import { ID_FORM, isId } from "@spillway/shared/protocol/wire.ts";
import { ITEM_FIELDS, parseItem, type ItemResult } from "@spillway/store/catalogue/parse-item.ts";

type Cells = Readonly<Record<string, unknown>>;

/** `item` is another name for `id`, which is its name in interactions. */
export const ITEM_COLUMNS = [...ITEM_FIELDS, "item"];
export const INTERACTION_COLUMNS = ["user", "item", "weight", "time", "timestamp"];

const DAY_MS = 24 * 3600 * 1000;
const MAX_WEIGHT = 1e6;

const LISTS = ["genres", "teams"] as const;
const NUMBERS = ["durationMin", "hue"] as const;

/** An item without a kind is a movie. */
export function toItem(cells: Cells): ItemResult {
  const { item, ...fields }: Record<string, unknown> = { kind: "movie", ...cells };
  fields["id"] = toText(fields["id"] ?? item);
  fields["title"] = toText(fields["title"]);
  for (const name of LISTS) {
    const cell = fields[name];
    if (typeof cell === "string") {
      fields[name] = cell
        .split("|")
        .map((part) => part.trim())
        .filter((part) => part !== "");
    }
  }
  for (const name of NUMBERS) {
    const cell = fields[name];
    // A cell that is no number stays as it is, and is refused by the schema.
    if (typeof cell === "string" && Number.isFinite(Number(cell))) fields[name] = Number(cell);
  }
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

export type InteractionResult =
  | ({ readonly ok: true } & Interaction)
  | { readonly ok: false; readonly reason: string };

export function toInteraction(cells: Cells, nowMs: number): InteractionResult {
  const user = toText(cells["user"]);
  const item = toText(cells["item"]);
  if (typeof user !== "string") return { ok: false, reason: "user: is missing" };
  if (!isId(user)) return { ok: false, reason: `user: ${ID_FORM}` };
  if (typeof item !== "string") return { ok: false, reason: "item: is missing" };
  const weight = Number(cells["weight"] ?? 1);
  if (!(weight > 0 && weight <= MAX_WEIGHT)) {
    return { ok: false, reason: `weight: must be a number above 0, at most ${MAX_WEIGHT}` };
  }
  const timeMs = toTimeMs(cells["time"] ?? cells["timestamp"]);
  if (timeMs === undefined) {
    return { ok: false, reason: "time: must be ISO 8601, or seconds or milliseconds since 1970" };
  }
  if (timeMs > nowMs + DAY_MS) return { ok: false, reason: "time: is more than a day in the future" };
  return { ok: true, user, item, weight, timeMs };
}

/** Converts numbers, since ids in JSON files are often numbers. */
function toText(cell: unknown): unknown {
  return typeof cell === "number" ? String(cell) : cell;
}
