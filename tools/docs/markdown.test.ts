import { expect, test } from "vitest";
import { anchorsOf, linksOf, matchesOutput, testedBlocks } from "./markdown.ts";

test.each([
  ["# Plain words", "plain-words"],
  ["## What visitors do: `spillway report`", "what-visitors-do-spillway-report"],
  ["### A [link](x.md) in it", "a-link-in-it"],
  ["## routing.toml", "routingtoml"],
  ["## Two  spaces – dash", "two--spaces--dash"],
])("%s has the anchor %s", (text, anchor) => {
  expect([...anchorsOf(text)]).toEqual([anchor]);
});

test("equal headings are numbered, and those in code are none", () => {
  expect([...anchorsOf("# A\n```\n# B\n```\n# A")]).toEqual(["a", "a-1"]);
});

test("finds links and images, and none in code", () => {
  const text = '[a](b.md#c) ![d](e.png)\n`[f](g)`\n```\n[h](i)\n```\n<img src="j.svg">';
  expect(linksOf(text)).toEqual([
    { line: 1, target: "b.md#c" },
    { line: 1, target: "e.png" },
    { line: 6, target: "j.svg" },
  ]);
});

test("reads the marked console blocks alone, command by command", () => {
  const text =
    "```console\n$ not this\n```\n<!-- test: console -->\n```console\n$ one\nout\n\nmore\n$ two\n```";
  expect(testedBlocks(text)).toEqual([
    {
      line: 4,
      runs: [
        { command: "one", output: ["out", "", "more"] },
        { command: "two", output: [] },
      ],
    },
  ]);
});

test.each([
  [["a", "b"], ["a", "b"], true],
  [["a", "…", "d"], ["a", "b", "c", "d"], true],
  [["a", "…"], ["a"], true],
  [["a…"], ["abc"], true],
  [["a.c"], ["abc"], false],
  [["a"], ["a", "b"], false],
  [["…", "d"], ["a", "b"], false],
])("%j describes %j: %s", (expected, printed, matches) => {
  expect(matchesOutput(expected, printed)).toBe(matches);
});
