/**
 * What the operator's routing lets a request have: a stored page, or a question to the origin within some
 * limit. Pure.
 */
import type { ServedReason } from "../protocol/served.ts";
import type { Holdout } from "../routing/holdout.ts";
import type { Mode } from "../routing/mode-override.ts";
import type { RuleOutcome } from "../routing/rules/rule-input.ts";
import type { Claim } from "./claim-order.ts";
import type { OriginFailure } from "./edge-decision.ts";

export type AdmissionInput = {
  readonly mode: Mode;
  readonly rule: RuleOutcome | undefined;
  /** The threshold of the band that holds now. */
  readonly thresholdPerSec: number;
  /** When the armed window began that holds now, if one does. */
  readonly armedFromMs?: number | undefined;
  /** True for contexts that no page is stored for: similar and search. */
  readonly originOnly: boolean;
  /** True for a user taken for a scraper, who gets nothing of the origin's budget. */
  readonly suspect: boolean;
  /** How a visitor of the holdout is served; undefined for all others. */
  readonly heldOut: Holdout["serve"] | undefined;
  /** Its place in the order in which an isolate gives out its share. */
  readonly claim: Claim;
};

export type PageReason = Extract<
  ServedReason,
  "rule" | "forced" | "holdout" | "over-threshold" | "suspect" | OriginFailure
>;

export type Policy =
  | { readonly kind: "page"; readonly reason: PageReason }
  | { readonly kind: "ask"; readonly limit: Limit };

/**
 * How many may ask the origin. `credit`: as many as the isolate's credit allows. `bypass`: a few at a time,
 * which spend no credit. `holdout`: by credit, and where that is used up by bypass. `none`: all.
 */
export type Limit = "credit" | "bypass" | "holdout" | "none";

export function decidePolicy({
  mode,
  rule,
  thresholdPerSec,
  originOnly,
  suspect,
  heldOut,
}: AdmissionInput): Policy {
  // The operator's emergency switch: nothing goes to the origin. A rule that names a page still names it.
  if (mode === "force-cluster") return { kind: "page", reason: namesPage(rule) ? "rule" : "forced" };
  if (suspect) return { kind: "page", reason: rule?.kind === "cluster" ? "rule" : "suspect" };
  // The origin answers these without inference when it is over its threshold.
  if (originOnly) return { kind: "ask", limit: "bypass" };
  if (namesPage(rule)) return { kind: "page", reason: "rule" };
  if (mode === "force-individual") return { kind: "ask", limit: "none" };
  if (heldOut === "generic") return { kind: "page", reason: "holdout" };
  if (thresholdPerSec === 0) return { kind: "page", reason: "over-threshold" };
  return { kind: "ask", limit: heldOut === undefined ? "credit" : "holdout" };
}

/** True for a rule whose visitors get a stored page, whatever the origin could do. */
function namesPage(rule: RuleOutcome | undefined): boolean {
  return rule?.kind === "cluster" || rule?.kind === "tailored";
}
