/** What `Date.prototype.toISOString` gives, which takes longer than most steps of a request. */

const SECOND_MS = 1000;

let second = Number.NaN;
/** That second's text, up to its fraction. */
let text = "";

export function isoTime(ms: number): string {
  const whole = Math.floor(ms / SECOND_MS);
  if (whole !== second) {
    text = new Date(whole * SECOND_MS).toISOString().slice(0, -"000Z".length);
    second = whole;
  }
  return `${text}${String(Math.trunc(ms - whole * SECOND_MS)).padStart(3, "0")}Z`;
}
