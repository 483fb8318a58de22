import { describe, expect, it } from "vitest";
import { NO_SIGNALS } from "../signals/signals.ts";
import { formatTuple, parseTuple, type DecisionTuple } from "./decision-tuple.ts";
import { readTuples } from "./tuple-lines.ts";

const TUPLE: DecisionTuple = {
  minute: 29_729_520,
  context: "homepage",
  signals: { ...NO_SIGNALS, team: "ESP", campaign: "qf", texts: { campaign: { text: "четверть" } } },
  country: "ES",
  band: "C prime time",
  as: "cluster",
  reason: "over-threshold",
  cluster: "esp.direct.no-affinity",
  rule: undefined,
  version: 3,
  holdout: false,
  known: true,
  weight: 12.5,
};

describe("a decision tuple as a line of JSONL", () => {
  it("comes back as it went, and what is undefined is left out", () => {
    const line = formatTuple(TUPLE);
    expect(line).not.toContain("\n");
    expect(line).not.toContain("rule");
    expect([...readTuples([line, "", formatTuple({ ...TUPLE, folded: ["campaign"] })], "a.jsonl")]).toEqual([
      TUPLE,
      { ...TUPLE, folded: ["campaign"] },
    ]);
  });

  it.each([
    ["no JSON", "{", "a.jsonl:2: is no JSON object on one line"],
    ["a user in it", JSON.stringify({ ...TUPLE, user: "u42" }), 'a.jsonl:2: must not have "user"'],
    [
      "a user among its signals",
      JSON.stringify({ ...TUPLE, signals: { ...TUPLE.signals, user: "u42" } }),
      "a.jsonl:2: signals ",
    ],
    ["an unknown rung", JSON.stringify({ ...TUPLE, as: "best" }), "a.jsonl:2: as "],
    ["a weight below 1", JSON.stringify({ ...TUPLE, weight: 0.5 }), "a.jsonl:2: weight "],
    ["no weight", JSON.stringify({ ...TUPLE, weight: undefined }), "a.jsonl:2: weight is missing"],
    [
      "a cluster of no such form",
      JSON.stringify({ ...TUPLE, cluster: "Anna B" }),
      "a.jsonl:2: cluster must match",
    ],
    ["a line without end", `"${"x".repeat(5000)}"`, "a.jsonl:2: is longer than 4096 characters"],
  ])("names the line and what is wrong with it: %s", (_, line, message) => {
    expect(() => [...readTuples([formatTuple(TUPLE), line], "a.jsonl")]).toThrow(message);
  });

  it("reads lines one by one", () => {
    const read = readTuples([`\uFEFF${formatTuple(TUPLE)}\r`, "{"], "a.jsonl");
    expect(read.next().value).toEqual(TUPLE);
    expect(() => read.next()).toThrow("a.jsonl:2");
  });

  it("never throws by itself", () => {
    for (const text of ["null", "[]", "1", '""', "{}"]) expect(parseTuple(text).ok).toBe(false);
  });
});
