// @ts-check
/** Arguments of the commands that the page shows. Pure. */

/** An argument for a shell. @param {string} text */
export function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
