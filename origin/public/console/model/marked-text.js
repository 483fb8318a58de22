// @ts-check
/** A text cut where errors begin and end, so that what is wrong can be underlined. Pure. */

/** @typedef {{ key: string, reason: string, line?: number, column?: number, length?: number }} TextIssue */

/** The offset in the text where an issue begins. @param {string} text @param {TextIssue} issue */
export function offsetOf(text, { line = 1, column = 1 }) {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
  }
  return Math.min(text.length, start + column - 1);
}

/**
 * @param {string} text
 * @param {readonly TextIssue[]} issues
 * @returns {readonly { text: string, isWrong: boolean }[]} Together they are the text.
 */
export function markedParts(text, issues) {
  const spans = issues
    .filter(({ line }) => line !== undefined)
    .map((issue) => {
      const start = offsetOf(text, issue);
      return { start, end: start + (issue.length ?? 1) };
    })
    .toSorted((a, b) => a.start - b.start);
  const parts = [];
  let at = 0;
  for (const { start, end } of spans) {
    if (start < at) continue;
    parts.push(
      { text: text.slice(at, start), isWrong: false },
      { text: text.slice(start, end), isWrong: true },
    );
    at = end;
  }
  return [...parts, { text: text.slice(at), isWrong: false }].filter((part) => part.text !== "");
}
