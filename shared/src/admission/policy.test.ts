import { describe, expect, test } from "vitest";
import { decidePolicy, type AdmissionInput, type Policy } from "./policy.ts";

const CALM: AdmissionInput = {
  mode: "auto",
  rule: undefined,
  thresholdPerSec: 100,
  originOnly: false,
  suspect: false,
  heldOut: undefined,
  claim: "stranger",
};
const PAGE_RULE = { kind: "cluster", cluster: "press", rule: 0 } as const;
const TAILORED_RULE = { kind: "tailored", rule: 0 } as const;
const INDIVIDUAL_RULE = { kind: "individual", rule: 0 } as const;

const page = (reason: Extract<Policy, { kind: "page" }>["reason"]): Policy => ({ kind: "page", reason });
const ask = (limit: Extract<Policy, { kind: "ask" }>["limit"]): Policy => ({ kind: "ask", limit });

describe("decidePolicy", () => {
  test.each<[string, Partial<AdmissionInput>, Policy]>([
    ["asks the origin as far as the credit goes", {}, ask("credit")],
    ["asks nobody when the band allows nothing", { thresholdPerSec: 0 }, page("over-threshold")],
    ["asks nobody when forced to cluster pages", { mode: "force-cluster" }, page("forced")],
    [
      "lets force-cluster win over a rule for individual pages",
      { mode: "force-cluster", rule: INDIVIDUAL_RULE },
      page("forced"),
    ],
    [
      "keeps a rule's page when forced to cluster pages",
      { mode: "force-cluster", rule: PAGE_RULE },
      page("rule"),
    ],
    ["serves the page that a rule names", { rule: PAGE_RULE }, page("rule")],
    [
      "serves the page that a rule names even when forced to individual ones",
      { mode: "force-individual", rule: PAGE_RULE },
      page("rule"),
    ],
    ["never asks the origin for a tailored page", { rule: TAILORED_RULE }, page("rule")],
    [
      "tailors by a rule when forced to either side",
      { rule: TAILORED_RULE, mode: "force-individual" },
      page("rule"),
    ],
    [
      "tailors by a rule when forced to cluster pages",
      { rule: TAILORED_RULE, mode: "force-cluster" },
      page("rule"),
    ],
    ["tailors nothing for a suspect", { rule: TAILORED_RULE, suspect: true }, page("suspect")],
    ["asks the origin for a rule that says individual", { rule: INDIVIDUAL_RULE }, ask("credit")],
    [
      "leaves no threshold when forced to individual pages",
      { mode: "force-individual", thresholdPerSec: 0 },
      ask("none"),
    ],
    [
      "asks the origin for a query whatever the threshold and the rules",
      { originOnly: true, thresholdPerSec: 0, rule: PAGE_RULE },
      ask("bypass"),
    ],
    ["spends nothing on a suspect", { suspect: true, mode: "force-individual" }, page("suspect")],
    ["asks nobody for a suspect's query", { suspect: true, originOnly: true }, page("suspect")],
    ["keeps a rule's page for a suspect", { suspect: true, rule: PAGE_RULE }, page("rule")],
    [
      "asks nobody for a query when forced to cluster pages",
      { originOnly: true, mode: "force-cluster" },
      page("forced"),
    ],
    ["asks nobody for who is held out from personalization", { heldOut: "generic" }, page("holdout")],
    [
      "asks beyond the credit for who is held out from cluster pages",
      { heldOut: "individual" },
      ask("holdout"),
    ],
    [
      "asks nobody for them when the band allows nothing",
      { heldOut: "individual", thresholdPerSec: 0 },
      page("over-threshold"),
    ],
    [
      "holds nobody out when forced to cluster pages",
      { heldOut: "individual", mode: "force-cluster" },
      page("forced"),
    ],
    [
      "holds nobody out when forced to individual pages",
      { heldOut: "generic", mode: "force-individual" },
      ask("none"),
    ],
    ["holds nobody out from a rule's page", { heldOut: "individual", rule: PAGE_RULE }, page("rule")],
    ["holds no suspect out", { heldOut: "generic", suspect: true }, page("suspect")],
    ["holds nobody out from queries", { heldOut: "generic", originOnly: true }, ask("bypass")],
  ])("%s", (_, given, expected) => {
    expect(decidePolicy({ ...CALM, ...given })).toEqual(expected);
  });
});
