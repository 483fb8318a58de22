// @ts-check
/**
 * What a card says about its item: kind, time, length. `nowMs` is the content's clock, undefined when it is
 * unknown. Pure.
 */
/** @import { Item } from "./page.js" */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The assumed length of a match that has no end time. */
const MATCH_MS = 2 * HOUR_MS;
const NEW_MS = 7 * DAY_MS;
const SOON_MIN = 90;

/** @type {ReadonlyMap<string, string>} */
const KINDS = new Map([
  ["match", "Match"],
  ["replay", "Full match"],
  ["highlights", "Highlights"],
  ["clip", "Goal"],
  ["hub", "Team"],
  ["movie", "Film"],
  ["series", "Series"],
  ["kids", "Kids"],
]);

const SPORT_KINDS = new Set(["match", "replay", "highlights", "clip", "hub"]);

/** @param {Item} item */
export function isSport(item) {
  return SPORT_KINDS.has(item.kind);
}

/** @param {Item} item */
export function kindLabel(item) {
  return KINDS.get(item.kind) ?? (item.kind === "" ? "Title" : capitalised(item.kind));
}

/**
 * Returns the badge in a card's corner, or undefined for none.
 * @param {Item} item
 * @param {number | undefined} nowMs
 * @returns {{ readonly tone: "live" | "soon" | "new" | "plain", readonly text: string } | undefined}
 */
export function badgeOf(item, nowMs) {
  if (item.kind === "match") return matchBadge(item, nowMs);
  const ageMs = nowMs === undefined || item.publishedAtMs === undefined ? -1 : nowMs - item.publishedAtMs;
  if (ageMs >= 0 && ageMs < NEW_MS && !isSport(item)) return { tone: "new", text: "New" };
  return undefined;
}

/**
 * @param {Item} item
 * @param {number | undefined} nowMs
 * @returns {ReturnType<typeof badgeOf>}
 */
function matchBadge({ startsAtMs, endsAtMs }, nowMs) {
  if (startsAtMs === undefined || nowMs === undefined) return undefined;
  if (nowMs >= (endsAtMs ?? startsAtMs + MATCH_MS)) return { tone: "plain", text: "Ended" };
  if (nowMs >= startsAtMs) return { tone: "live", text: "Live" };
  const minutes = Math.ceil((startsAtMs - nowMs) / MINUTE_MS);
  return minutes <= SOON_MIN ? { tone: "soon", text: `In ${minutes} min` } : undefined;
}

/**
 * Formats a time in the viewer's own time zone.
 * @param {number} ms
 * @param {number | undefined} nowMs
 */
function whenOf(ms, nowMs) {
  const date = new Date(ms);
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (nowMs !== undefined) {
    const days = Math.round(
      (new Date(ms).setHours(0, 0, 0, 0) - new Date(nowMs).setHours(0, 0, 0, 0)) / DAY_MS,
    );
    if (days === 0) return `Today ${time}`;
    if (days === 1) return `Tomorrow ${time}`;
  }
  return `${date.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" })}, ${time}`;
}

/**
 * Returns the line under a title, such as `Film · Drama, romance · 1 h 40 min`.
 * @param {Item} item
 * @param {number | undefined} nowMs
 */
export function metaLine(item, nowMs) {
  const { kind, startsAtMs, publishedAtMs } = item;
  const parts = [kindLabel(item)];
  if (kind === "match") {
    if (startsAtMs !== undefined) parts.push(whenOf(startsAtMs, nowMs));
  } else if (isSport(item)) {
    if (kind !== "hub" && publishedAtMs !== undefined) parts.push(dayOf(publishedAtMs));
    if (kind !== "clip" && item.durationMin !== undefined) parts.push(lengthOf(item.durationMin));
  } else {
    if (item.genres.length > 0)
      parts.push(capitalised(item.genres.slice(0, 2).join(", ").replaceAll("-", " ")));
    if (item.durationMin !== undefined) parts.push(lengthOf(item.durationMin));
  }
  return parts.join(" · ");
}

/**
 * Returns a shorter line for small cards, such as `Drama · 1 h 40 min`.
 * @param {Item} item
 */
export function briefLine(item) {
  const [genre] = item.genres;
  const parts = [genre === undefined ? kindLabel(item) : capitalised(genre.replaceAll("-", " "))];
  if (item.durationMin !== undefined) parts.push(lengthOf(item.durationMin));
  return parts.join(" · ");
}

/** @param {number} ms */
function dayOf(ms) {
  return new Date(ms).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/** @param {number} minutes */
function lengthOf(minutes) {
  const whole = Math.max(1, Math.round(minutes));
  if (whole < 60) return `${whole} min`;
  return whole % 60 === 0 ? `${whole / 60} h` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

/** @param {string} text */
function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
