/** What is wrong with a file: where, what, and the line with carets under it. Pure. */
import type { RoutingIssue } from "@spillway/shared/routing/parse-routing.ts";

/** So much of a long line is shown, so that it stays on one line of a terminal. */
const MAX_SHOWN = 140;
const SHOWN_BEFORE = 60;

/** `text` is that of the file, where it is at hand. */
export function issueText(file: string, issue: RoutingIssue, text?: string): string {
  const { key, reason, line, column } = issue;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const told = [place, key, reason].filter((part) => part !== "").join(": ");
  const excerpt = text === undefined ? "" : excerptOf(text, issue);
  return excerpt === "" ? told : `${told}\n${excerpt}`;
}

/** Takes two columns of a terminal: East Asian wide forms (Unicode UAX 11), and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]/u;

/** Empty where the issue has no place in the text. */
export function excerptOf(
  text: string,
  { line, column, length = 1 }: Omit<RoutingIssue, "key" | "reason">,
): string {
  const whole = line === undefined ? undefined : text.split(/\r?\n/)[line - 1];
  if (line === undefined || column === undefined || whole === undefined || whole.trim() === "") return "";
  const from = whole.length > MAX_SHOWN ? Math.max(0, column - 1 - SHOWN_BEFORE) : 0;
  const shown = whole.slice(from, from + MAX_SHOWN);
  const at = column - 1 - from;
  const marked = shown.slice(at, at + length);
  const margin = " ".repeat(String(line).length);
  return [
    `  ${line} | ${printable(shown)}`,
    `  ${margin} | ${" ".repeat(widthOf(shown.slice(0, at)))}${"^".repeat(Math.max(1, widthOf(marked)))}`,
  ].join("\n");
}

/** What a file says must not move a terminal's cursor. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}

function widthOf(text: string): number {
  return Array.from(text).reduce(
    (width, sign) => width + (WIDE.test(sign) ? 2 : NO_WIDTH.test(sign) ? 0 : 1),
    0,
  );
}
