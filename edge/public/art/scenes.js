// @ts-check
/** Scenes for films, series and kids' titles: one for each group of genres, varied by the item's seed. */
import { kidsScene, orbsScene, raysScene } from "./abstract-scenes.js";
import { forestScene, ridgesScene, seaScene, skylineScene, spaceScene } from "./landscapes.js";

/**
 * @typedef {{ readonly w: number, readonly h: number, readonly hue: number,
 *   readonly random: () => number }} Stage
 */
/** @typedef {(stage: Stage) => SVGElement[]} Scene */

/** @satisfies {Readonly<Record<string, Scene>>} */
export const scenes = {
  ridges: ridgesScene,
  space: spaceScene,
  skyline: skylineScene,
  sea: seaScene,
  forest: forestScene,
  orbs: orbsScene,
  rays: raysScene,
  kids: kidsScene,
};

/** @type {ReadonlyMap<string, readonly (keyof typeof scenes)[]>} */
const BY_GENRE = new Map([
  ["action", ["rays", "skyline", "ridges"]],
  ["sci-fi", ["space", "space", "ridges"]],
  ["crime", ["skyline", "skyline", "rays"]],
  ["thriller", ["skyline", "sea", "forest"]],
  ["horror", ["forest"]],
  ["mystery", ["forest", "skyline", "sea"]],
  ["adventure", ["ridges", "sea", "ridges"]],
  ["history", ["ridges", "sea", "rays"]],
  ["documentary", ["sea", "ridges", "space"]],
  ["sport-documentary", ["rays", "ridges"]],
  ["romance", ["orbs", "sea"]],
  ["drama", ["sea", "orbs", "ridges", "skyline"]],
  ["music", ["orbs", "rays"]],
  ["comedy", ["orbs", "rays", "skyline"]],
  ["animation", ["kids"]],
  ["family", ["kids", "ridges"]],
]);
const ANY = /** @type {const} */ (["ridges", "space", "skyline", "sea", "orbs", "rays"]);

/**
 * @param {string} kind
 * @param {readonly string[]} genres
 * @param {number} seed
 * @returns {keyof typeof scenes}
 */
export function sceneFor(kind, genres, seed) {
  const fitting = kind === "kids" ? undefined : (BY_GENRE.get(genres[0] ?? "") ?? ANY);
  return fitting?.[seed % fitting.length] ?? "kids";
}
