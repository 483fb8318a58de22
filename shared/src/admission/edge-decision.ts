/** What an isolate decides about a request, and how a forward can fail. */
import type { DemandReport } from "./credit.ts";

/** Why the origin gave no usable answer. */
export type OriginFailure = "deadline" | "origin-error" | "origin-unreachable";

/** One forward, from the decision to its reply. */
export type Ticket = {
  readonly sequence: number;
  readonly sentMs: number;
  /** Undefined for a forward that bypasses the credit. */
  readonly report: DemandReport | undefined;
};

export type EdgeDecision =
  /**
   * `credited` means that the origin will probably accept it. Otherwise the caller should have the page
   * ready.
   */
  | { readonly kind: "forward"; readonly credited: boolean; readonly ticket: Ticket }
  /**
   * The isolate has had no reply yet, so the location's limit decides: the caller forwards, or calls
   * `IsolateAdmission.denied`.
   */
  | { readonly kind: "ask-limiter"; readonly ticket: Ticket }
  /**
   * When `watch` is true, the caller should ask the origin watch, and pass its answer to
   * `IsolateAdmission.watched`.
   */
  | { readonly kind: "page"; readonly reason: "over-threshold" | OriginFailure; readonly watch: boolean };
