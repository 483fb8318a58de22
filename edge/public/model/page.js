// @ts-check
/** Turns a page's JSON into what can be drawn, and leaves out anything invalid. Pure; it never throws. */
import { hashOf } from "./hash.js";

/**
 * @typedef {{
 *   readonly id: string, readonly title: string, readonly kind: string, readonly genres: readonly string[],
 *   readonly teams: readonly string[], readonly startsAtMs?: number, readonly endsAtMs?: number,
 *   readonly publishedAtMs?: number, readonly durationMin?: number, readonly hue: number,
 * }} Item
 * @typedef {{ readonly id: string, readonly title: string, readonly items: readonly Item[] }} Carousel
 * @typedef {{
 *   readonly context: string, readonly cluster?: string, readonly generation?: number,
 *   readonly standsInFor?: { readonly context: string, readonly q?: string },
 *   readonly carousels: readonly Carousel[],
 * }} Page
 */

/**
 * Returns undefined when `json` is not a page. Carousels without items are left out.
 * @param {unknown} json
 * @returns {Page | undefined}
 */
export function toPage(json) {
  const { context, cluster, generation, carousels, standsInFor } = fields(json);
  const { context: asked, q } = fields(standsInFor);
  if (!Array.isArray(carousels)) return undefined;
  return {
    context: text(context) ?? "",
    ...(typeof cluster === "string" && { cluster }),
    ...(typeof generation === "number" && { generation }),
    ...(typeof asked === "string" && {
      standsInFor: { context: asked, ...(typeof q === "string" && { q }) },
    }),
    carousels: carousels.flatMap((carousel) => {
      const { id, title, items } = fields(carousel);
      const drawable = Array.isArray(items) ? items.flatMap(toItem) : [];
      if (drawable.length === 0) return [];
      return [{ id: text(id) ?? "", title: text(title) ?? "More to watch", items: drawable }];
    }),
  };
}

/**
 * @param {unknown} json
 * @returns {Item[]}
 */
function toItem(json) {
  const raw = fields(json);
  const id = text(raw["id"]);
  if (id === undefined) return [];
  const startsAtMs = instant(raw["startsAt"]);
  const endsAtMs = instant(raw["endsAt"]);
  const publishedAtMs = instant(raw["publishedAt"]);
  const durationMin = number(raw["durationMin"]);
  return [
    {
      id,
      title: text(raw["title"]) ?? id,
      kind: text(raw["kind"]) ?? "",
      genres: texts(raw["genres"]),
      teams: texts(raw["teams"]),
      hue: (((number(raw["hue"]) ?? hashOf(id)) % 360) + 360) % 360,
      ...(startsAtMs !== undefined && { startsAtMs }),
      ...(endsAtMs !== undefined && { endsAtMs }),
      ...(publishedAtMs !== undefined && { publishedAtMs }),
      ...(durationMin !== undefined && durationMin > 0 && { durationMin }),
    },
  ];
}

/**
 * @param {unknown} value
 * @returns {Readonly<Record<string, unknown>>}
 */
function fields(value) {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** @param {unknown} value */
function text(value) {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** @param {unknown} value */
function texts(value) {
  return Array.isArray(value) ? value.filter((entry) => text(entry) !== undefined).map(String) : [];
}

/** @param {unknown} value */
function number(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** @param {unknown} value */
function instant(value) {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
