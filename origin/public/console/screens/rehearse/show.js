// @ts-check
/** The address of a rehearsal: all that it was asked for, so that it can be played again anywhere. */
import { go } from "../../route.js";

/** @param {object} rehearsal @returns {Record<string, string>} */
export function parametersOf(rehearsal) {
  return Object.fromEntries(
    Object.entries(rehearsal).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]])),
  );
}

/** @param {{ id: string, rehearsal: object }} started */
export function show({ id, rehearsal }) {
  go("rehearse", { ...parametersOf(rehearsal), id });
}
