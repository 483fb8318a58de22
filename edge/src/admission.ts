/** Admission at the edge: decided at once, from memory, whether this request may ask the origin. Pure. */
import type { Mode, RuleOutcome } from "@spillway/shared/routing.ts";
import type { ServedReason } from "@spillway/shared/served.ts";

export type AdmissionInput = {
  readonly mode: Mode;
  readonly rule: RuleOutcome | undefined;
  /** Of the band that holds now. */
  readonly thresholdPerSec: number;
  /** True for contexts that no page is stored for: similar and search. */
  readonly originOnly: boolean;
};

export type Admission =
  | { readonly kind: "forward" }
  | { readonly kind: "page"; readonly reason: Extract<ServedReason, "rule" | "forced" | "over-threshold"> };

export function decideAdmission({ mode, rule, thresholdPerSec, originOnly }: AdmissionInput): Admission {
  // The operator's emergency switch: nothing goes to the origin. A rule that names a page still names it.
  if (mode === "force-cluster") return { kind: "page", reason: rule?.kind === "cluster" ? "rule" : "forced" };
  // The origin answers these without inference when it is over its threshold.
  if (originOnly) return { kind: "forward" };
  if (rule?.kind === "cluster") return { kind: "page", reason: "rule" };
  if (mode === "force-individual") return { kind: "forward" };
  return thresholdPerSec === 0 ? { kind: "page", reason: "over-threshold" } : { kind: "forward" };
}
