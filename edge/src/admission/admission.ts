/** Admission at the edge: what the operator's routing allows, and then what this isolate's credit does. */
import type { Credit } from "@spillway/shared/admission/credit.ts";
import type {
  EdgeDecision,
  IsolateAdmission,
  Silence,
  Ticket,
} from "@spillway/shared/admission/isolate-admission.ts";
import type { Holdout } from "@spillway/shared/holdout.ts";
import type { Mode, RuleOutcome } from "@spillway/shared/routing.ts";
import type { ServedReason } from "@spillway/shared/served.ts";
import { orLate } from "../deadline.ts";
import { reasonOf, type Failures } from "../failures.ts";

export type AdmissionInput = {
  readonly mode: Mode;
  readonly rule: RuleOutcome | undefined;
  /** Of the band that holds now. */
  readonly thresholdPerSec: number;
  /** True for contexts that no page is stored for: similar and search. */
  readonly originOnly: boolean;
  /** Taken for a scraper: nothing of the budget is theirs. */
  readonly suspect: boolean;
  /** How the visitor is served as one of the holdout; undefined for all others. */
  readonly heldOut: Holdout["serve"] | undefined;
};

type PageReason = Extract<
  ServedReason,
  "rule" | "forced" | "holdout" | "over-threshold" | "suspect" | Silence
>;

export type Policy =
  | { readonly kind: "page"; readonly reason: PageReason }
  | { readonly kind: "ask"; readonly limit: Limit };

/** `credit`: as far as the isolate's credit goes. `aside`: few at a time, beside the credit. `holdout`: the one, then the other. `all`: no limit. */
type Limit = "credit" | "aside" | "holdout" | "all";

export function decidePolicy({
  mode,
  rule,
  thresholdPerSec,
  originOnly,
  suspect,
  heldOut,
}: AdmissionInput): Policy {
  // The operator's emergency switch: nothing goes to the origin. A rule that names a page still names it.
  if (mode === "force-cluster") return { kind: "page", reason: rule?.kind === "cluster" ? "rule" : "forced" };
  if (suspect) return { kind: "page", reason: rule?.kind === "cluster" ? "rule" : "suspect" };
  // The origin answers these without inference when it is over its threshold.
  if (originOnly) return { kind: "ask", limit: "aside" };
  if (rule?.kind === "cluster") return { kind: "page", reason: "rule" };
  if (mode === "force-individual") return { kind: "ask", limit: "all" };
  // A rule names these visitors, whoever they are: what is measured is what the index and admission would decide.
  const holdout = rule === undefined ? heldOut : undefined;
  if (holdout === "generic") return { kind: "page", reason: "holdout" };
  if (thresholdPerSec === 0) return { kind: "page", reason: "over-threshold" };
  return { kind: "ask", limit: holdout === undefined ? "credit" : "holdout" };
}

/** What the isolate learns from a forward. */
export type Heard =
  | { readonly kind: "answer"; readonly credit: Credit | undefined }
  | { readonly kind: "silence"; readonly why: Silence };

export type Admission =
  | { readonly kind: "page"; readonly reason: PageReason }
  | {
      readonly kind: "forward";
      readonly ticket: Ticket;
      /** False: the origin may well refuse, so the page is read meanwhile. */
      readonly credited: boolean;
    };

export type Admit = {
  /** Decided from memory; only an isolate that has heard nothing from the origin yet waits, for its location's limit. */
  readonly admit: (input: AdmissionInput, waitUntil: (work: Promise<unknown>) => void) => Promise<Admission>;
  /** Must follow each forward. */
  readonly settle: (ticket: Ticket, heard: Heard) => void;
  readonly state: () => IsolateAdmission["state"];
};

export type AdmitDeps = {
  readonly isolate: IsolateAdmission;
  /** The Rate Limiting binding; without it the isolate's own window has to do. */
  readonly limiter: RateLimit | undefined;
  /** Resolves when the origin is back, or with `away` after a while. */
  readonly watch: (() => Promise<"back" | "away">) | undefined;
  readonly failures: Failures;
  readonly clock: () => number;
};

/** Requests for similar items and searches that an isolate has at the origin at a time. */
const MOST_ASIDE = 32;
/** The limiter counts in the same data centre: what takes longer is not worth a viewer's wait. */
const LIMITER_DEADLINE_MS = 50;
/**
 * All isolates of a location share the count of a second. The binding's own periods are 10 or 60 seconds: a limit over
 * ten seconds would be used up within the first, and leave new isolates without a word for the other nine.
 */
function limiterKey(nowMs: number): string {
  return `cold-${Math.floor(nowMs / 1000)}`;
}

export function createAdmit({ isolate, limiter, watch, failures, clock }: AdmitDeps): Admit {
  const withinLimit = async (): Promise<boolean> => {
    if (limiter === undefined) return true;
    try {
      const outcome = await orLate(limiter.limit({ key: limiterKey(clock()) }), LIMITER_DEADLINE_MS, {
        success: true,
      });
      return outcome.success;
    } catch (error) {
      failures.count("rate-limit", reasonOf(error));
      return true;
    }
  };
  const watchOrigin = async (): Promise<void> => {
    try {
      isolate.watched((await watch?.()) ?? "unknown", clock());
    } catch (error) {
      failures.count("origin-watch", reasonOf(error));
      isolate.watched("unknown", clock());
    }
  };
  const decide = (limit: Limit): EdgeDecision => {
    if (limit === "credit" || limit === "holdout") {
      const decision = isolate.arrive(clock());
      const isOver = decision.kind === "page" && decision.reason === "over-threshold";
      if (limit === "credit" || !isOver) return decision;
    }
    return isolate.aside(clock(), limit === "all" ? Number.POSITIVE_INFINITY : MOST_ASIDE);
  };
  return {
    admit: async (input, waitUntil) => {
      const policy = decidePolicy(input);
      if (policy.kind === "page") return policy;
      const decision = decide(policy.limit);
      switch (decision.kind) {
        case "forward":
          return decision;
        case "ask-limiter":
          if (await withinLimit()) return { kind: "forward", ticket: decision.ticket, credited: false };
          isolate.denied(decision.ticket, clock());
          return { kind: "page", reason: "over-threshold" };
        case "page":
          if (decision.watch) waitUntil(watchOrigin());
          return decision;
      }
    },
    settle: (ticket, heard) => {
      if (heard.kind === "answer") isolate.answered(ticket, heard.credit, clock());
      else isolate.silent(ticket, heard.why, clock());
    },
    state: () => isolate.state,
  };
}
