import { expect, it } from "vitest";
import { NO_SIGNALS } from "../signals/signals.ts";
import { formatTuple, parseTuple, type DecisionTuple } from "./decision-tuple.ts";
import { tupleReader } from "./tuple-lines.ts";

const TUPLE: DecisionTuple = {
  minute: 29_729_520,
  context: "homepage",
  signals: { ...NO_SIGNALS, team: "ESP" },
  country: "ES",
  band: "prime time",
  as: "cluster",
  reason: "over-threshold",
  cluster: "esp",
  rule: "a weight of its own",
  version: 3,
  holdout: false,
  known: true,
  weight: 12.5,
  folded: ["campaign"],
};
const LINE = formatTuple(TUPLE);

it("tuples that differ in minute and weight alone share their signals, and are no other tuples", () => {
  const read = tupleReader();
  const [first, second] = [read(LINE), read(formatTuple({ ...TUPLE, minute: 29_729_521, weight: 1 }))];
  if (!first.ok || !second.ok) throw new Error("both are tuples");
  expect(first.value).toEqual(TUPLE);
  expect(second.value).toEqual({ ...TUPLE, minute: 29_729_521, weight: 1 });
  expect(second.value.signals).toBe(first.value.signals);
});

it.each([
  ["a minute after 2100", LINE.replace(/"minute":\d+/, '"minute":99999999')],
  ["a minute with a leading zero", LINE.replace(/"minute":\d+/, '"minute":0123')],
  ["a negative minute", LINE.replace(/"minute":\d+/, '"minute":-5')],
  ["a weight below 1", LINE.replace(/"weight":[\d.]+/, '"weight":0.5')],
  ["a weight that nobody serves", LINE.replace(/"weight":[\d.]+/, '"weight":900000000001.5')],
  ["a weight beyond that", LINE.replace(/"weight":[\d.]+/, '"weight":9000000000001')],
  ["a weight with an exponent", LINE.replace(/"weight":[\d.]+/, '"weight":1e3')],
  ["a weight as text", LINE.replace(/"weight":[\d.]+/, '"weight":"12.5"')],
  ["a second minute", LINE.replace('"context"', '"minute":7,"context"')],
  ["a second minute, escaped", LINE.replace('"context"', '"m\\u0069nute":7,"context"')],
  ["a second weight", LINE.replace(',"weight"', ',"weight":3,"weight"')],
  ["a weight within a text", LINE.replace("a weight of its own", '\\",\\"weight\\":5,\\"folded\\":[')],
  ["an unknown fold", LINE.replace('["campaign"]', '["user"]')],
  ["no fold", LINE.replace(',"folded":["campaign"]', "")],
  ["another order", JSON.stringify(Object.assign({ weight: 2 }, TUPLE))],
  ["a blank at its end", `${LINE} `],
  ["a line that is cut", LINE.slice(0, -1)],
])("reads as it is parsed, whatever came before: %s", (_, line) => {
  const read = tupleReader();
  for (const earlier of [LINE, line.replace(/"minute":\d+/, '"minute":29729000'), line]) read(earlier);
  expect(read(line)).toEqual(parseTuple(line));
  const later = line.replace(/^\{"minute":\d+/, '{"minute":29729001');
  expect(read(later)).toEqual(parseTuple(later));
});
