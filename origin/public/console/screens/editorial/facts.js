// @ts-check
/** What the origin tells of pins and drafts. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { signal } from "@preact/signals";
import { reasonOf, request } from "../../session.js";

/**
 * @typedef {{ id: string, when?: Record<string, unknown>, from?: string, until?: string,
 *   contexts: readonly string[], title?: string, items: readonly string[], state?: string,
 *   hiddenItems?: readonly string[] }} Pin
 * @typedef {{ kind: string, pins: readonly string[], reason: string }} Conflict
 * @typedef {{ kind: "estimate", share: number, untold: number, requests: number } | { kind: "unknown",
 *   reason: string }} Reach
 * @typedef {{ id: number, state: string, start: string, by: string, note?: string, outcome?: string,
 *   pins: readonly Pin[] }} Draft
 * @typedef {{ version: number, now: string, pins: readonly Pin[], conflicts: readonly Conflict[],
 *   reach: Record<string, Reach>, drafts: readonly Draft[] }} Facts
 */

/** @type {import("@preact/signals").Signal<Facts | undefined>} */
export const editorial = signal(/** @type {Facts | undefined} */ (undefined));
export const problem = signal("");

export async function load() {
  try {
    const [pins, drafts] = await Promise.all([
      request("GET", "editorial/pins?reach"),
      request("GET", "editorial/drafts"),
    ]);
    const refused = [pins, drafts].find(({ ok }) => !ok);
    problem.value = refused === undefined ? "" : reasonOf(refused);
    if (refused === undefined) editorial.value = { ...pins.body, drafts: drafts.body.drafts };
  } catch {
    problem.value = "The origin does not answer; this is what it said last.";
  }
}

/** Pins as they are put: without what the origin has said of them. @param {readonly Pin[]} pins */
export function bare(pins) {
  return pins.map((pin) =>
    Object.fromEntries(Object.entries(pin).filter(([field]) => field !== "state" && field !== "hiddenItems")),
  );
}

/** @param {Pin} pin */
export function audienceOf({ when = {} }) {
  const parts = Object.entries(when).map(([name, value]) => `${name}=${String(value)}`);
  return parts.length === 0 ? "everybody" : parts.join(", ");
}

/** @param {Reach | undefined} reach */
export function reachText(reach) {
  if (reach === undefined || reach.kind === "unknown")
    return `unknown${reach === undefined ? "" : `: ${reach.reason}`}`;
  const untold = reach.untold < 0.0005 ? "" : `; of ${percent(reach.untold)} more the sample can't tell`;
  return `${percent(reach.share)} of about ${counted(reach.requests, "request")}${untold}`;
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
