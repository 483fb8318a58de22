import { describe, expect, test } from "vitest";
import { decideAdmission, type Admission, type AdmissionInput } from "./admission.ts";

const CALM: AdmissionInput = { mode: "auto", rule: undefined, thresholdPerSec: 100, originOnly: false };
const PAGE_RULE = { kind: "cluster", cluster: "press", rule: 0 } as const;
const INDIVIDUAL_RULE = { kind: "individual", rule: 0 } as const;

const page = (reason: Extract<Admission, { kind: "page" }>["reason"]): Admission => ({
  kind: "page",
  reason,
});
const forward: Admission = { kind: "forward" };

describe("decideAdmission", () => {
  test.each<[string, Partial<AdmissionInput>, Admission]>([
    ["asks the origin below the threshold", {}, forward],
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
    ["asks the origin for a rule that says individual", { rule: INDIVIDUAL_RULE }, forward],
    [
      "leaves no threshold when forced to individual pages",
      { mode: "force-individual", thresholdPerSec: 0 },
      forward,
    ],
    [
      "asks the origin for a query whatever the threshold and the rules",
      { originOnly: true, thresholdPerSec: 0, rule: PAGE_RULE },
      forward,
    ],
    [
      "asks nobody for a query when forced to cluster pages",
      { originOnly: true, mode: "force-cluster" },
      page("forced"),
    ],
  ])("%s", (_, given, expected) => {
    expect(decideAdmission({ ...CALM, ...given })).toEqual(expected);
  });
});
