// @ts-check
/**
 * The screens of the console, in the order of the navigation. A screen is a module below `screens/`:
 *
 *     export const screen = { id: "rules", title: "Rules", key: "2", View };
 *
 * `View` is a Preact component without properties. It reads its parameters from `route.js`, what happens now
 * from `live.js`, and asks the origin with `request` of `session.js`. `actions` are what the jump list (`/`)
 * offers beside the screens.
 */
import { screen as clusters } from "./screens/clusters.js";
import { screen as cost } from "./screens/cost.js";
import { screen as editorial } from "./screens/editorial.js";
import { screen as now } from "./screens/now.js";
import { screen as rehearse } from "./screens/rehearse.js";
import { screen as reports } from "./screens/reports.js";
import { screen as rules } from "./screens/rules.js";

/**
 * @typedef {{ title: string, hint?: string, run: () => void }} Action
 * @typedef {{ id: string, title: string, key: string, View: import("preact").ComponentType,
 *   actions?: () => readonly Action[] }} Screen
 */

/** @type {readonly Screen[]} */
export const SCREENS = [now, rules, clusters, editorial, reports, rehearse, cost];
