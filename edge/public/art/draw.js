// @ts-check
/** Artwork for an item, drawn from its hue, kind, genres and teams. */
/** @import { Item } from "../model/page.js" */
import { isSport } from "../model/labels.js";
import { hashOf } from "../model/hash.js";
import { teamOf, UNKNOWN } from "../model/teams.js";
import { html, svg } from "../parts/dom.js";
import { crest, pitch } from "./sport.js";
import { scenes, sceneFor } from "./scenes.js";

/** @typedef {"wide" | "poster"} Shape */

/** Width and height of the drawing's grid. The drawing covers any box that it is placed in. */
const SIZES = { wide: { w: 320, h: 180 }, poster: { w: 240, h: 360 } };

/**
 * The drawing is decorative: the title and everything important is beside it as text.
 * @param {Item} item
 * @param {Shape} shape
 */
export function draw(item, shape) {
  const { w, h } = SIZES[shape];
  const sport = isSport(item) && (item.kind === "match" || item.teams.length > 0);
  const seed = hashOf(item.id);
  // Titles of one genre have almost the same hue, so a small random shift distinguishes them.
  const hue = sport ? item.hue : item.hue + (seed % 41) - 20;
  const canvas = svg(
    "svg",
    { viewBox: `0 0 ${w} ${h}`, preserveAspectRatio: "xMidYMid slice", class: "art-canvas" },
    ...(sport
      ? pitch(w, h, item.kind)
      : scenes[sceneFor(item.kind, item.genres, seed)]({ w, h, hue, random: sequence(seed) })),
  );
  const art = html(
    "div",
    { class: `art ${sport ? "art-sport" : "art-title"}`, "aria-hidden": "true" },
    canvas,
  );
  art.style.setProperty("--hue", String(hue));
  if (sport) {
    // A match whose teams are not yet known has two blank shields.
    const [home = UNKNOWN, away = item.kind === "match" ? UNKNOWN : home] = item.teams;
    art.style.setProperty("--home", teamOf(home).ground);
    art.style.setProperty("--away", teamOf(away).ground);
    art.append(emblems(item, home, away));
  }
  return art;
}

/**
 * @param {Item} item
 * @param {string} home
 * @param {string} away
 */
function emblems(item, home, away) {
  const row = html("div", { class: `emblems emblems-${item.kind}` });
  if (item.kind === "hub" || (home === away && home !== UNKNOWN)) row.append(crest(home));
  else row.append(crest(home), html("span", { class: "versus" }, "v"), crest(away));
  const minute = item.kind === "clip" ? /(\d{1,3}(?:\+\d{1,2})?)['’]/.exec(item.title)?.[1] : undefined;
  if (minute !== undefined)
    row.append(html("span", { class: minute.length > 3 ? "minute minute-long" : "minute" }, `${minute}’`));
  return row;
}

/**
 * Returns a generator of numbers in [0, 1), the same for the same seed (mulberry32).
 * @param {number} seed
 */
function sequence(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
