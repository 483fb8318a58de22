/** Finds the line of a rule's key in the operator's file. Pure. */

const HEADER = /^\s*\[\[\s*rules\s*\]\]/;

/**
 * The line (from 1) on which `[[rules]]` number `rule` (from 0) sets `key`. Undefined where the file writes
 * its rules in another way.
 */
export function lineOfRule(toml: string, rule: number, key: string): number | undefined {
  const setsKey = new RegExp(String.raw`^\s*"?${key}"?\s*=`);
  let at = -1;
  for (const [index, line] of toml.split("\n").entries()) {
    if (HEADER.test(line)) at += 1;
    else if (/^\s*\[/.test(line) && at === rule && !/^\s*\[\s*rules\./.test(line)) return undefined;
    if (at === rule && setsKey.test(line)) return index + 1;
  }
  return undefined;
}
