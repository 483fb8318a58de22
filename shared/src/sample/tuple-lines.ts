/**
 * Reads the lines of a sample, of which many differ in nothing but their minute and weight: what is equal in
 * them is parsed and checked once.
 */
import { MAX_MINUTE, MAX_WEIGHT, parseTuple, type DecisionTuple } from "./decision-tuple.ts";
import { issuesLine, type Checked } from "../protocol/zod-issues.ts";

/** So many different ones are remembered, of some hundred bytes each. */
const MAX_REMEMBERED = 20_000;

/** As `formatTuple` writes a tuple; any other line is right too, and is parsed by itself. */
const LINE =
  /^\{"minute":(0|[1-9]\d{0,7}),(.+),"weight":([1-9]\d{0,11}(?:\.\d{1,20})?)(,"folded":\[[^[\]{}]*\])?\}$/;

/** A second key of the same name, however it is written: then the first number is not what counts. */
const HAS_SECOND = /\\|"(?:minute|weight)"/;

/**
 * A function that answers each line as {@link parseTuple} does. Tuples that differ in minute and weight alone
 * share their signals, so that others may tell by these that they have met them before.
 */
export function tupleReader(): (line: string) => Checked<DecisionTuple> {
  const known = new Map<string, DecisionTuple>();
  return (line) => {
    const [, minute, rest = "", weight, folded = ""] = LINE.exec(line) ?? [];
    if (minute === undefined || weight === undefined) return parseTuple(line);
    const like = known.get(rest + folded);
    const [atMinute, ofWeight] = [Number(minute), Number(weight)];
    if (like !== undefined && atMinute <= MAX_MINUTE && ofWeight <= MAX_WEIGHT)
      return { ok: true, value: { ...like, minute: atMinute, weight: ofWeight } };
    const parsed = parseTuple(line);
    if (!parsed.ok || HAS_SECOND.test(rest)) return parsed;
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(rest + folded, parsed.value);
    return parsed;
  };
}

/**
 * Reads JSONL lazily; blank lines are none. Throws a RangeError such as `sample.jsonl:12: weight must be …`
 * at the first bad line; `name` is the file's.
 */
export function* readTuples(lines: Iterable<string>, name: string): Generator<DecisionTuple, void> {
  const read = tupleReader();
  let number = 0;
  for (const line of lines) {
    number += 1;
    // Some editors begin a file with a byte order mark.
    const text = number === 1 && line.startsWith("\uFEFF") ? line.slice(1) : line;
    if (text.trim() === "") continue;
    const parsed = read(text);
    if (!parsed.ok) throw new RangeError(`${name}:${number}: ${issuesLine(parsed.issues)}`);
    yield parsed.value;
  }
}
