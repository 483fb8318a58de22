/** Admission at the edge: the operator's policy first, and then this isolate's credit. */
import { coldQuestion } from "@spillway/shared/admission/cold-limit.ts";
import type { Claim } from "@spillway/shared/admission/claim-order.ts";
import type { Credit } from "@spillway/shared/admission/credit.ts";
import type { EdgeDecision, OriginFailure, Ticket } from "@spillway/shared/admission/edge-decision.ts";
import type { IsolateAdmission } from "@spillway/shared/admission/isolate-admission.ts";
import {
  decidePolicy,
  type AdmissionInput,
  type Limit,
  type PageReason,
} from "@spillway/shared/admission/policy.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { Failures } from "../failures.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { createRateLimited } from "../rate-limited.ts";

export type Admission =
  | { readonly kind: "page"; readonly reason: PageReason }
  | {
      readonly kind: "forward";
      readonly ticket: Ticket;
      /** False where the origin may well refuse. */
      readonly credited: boolean;
    };

/** What the isolate learns from a forward. */
export type ForwardOutcome =
  | { readonly kind: "answered"; readonly credit: Credit | undefined }
  | { readonly kind: "failed"; readonly reason: OriginFailure };

export type Admit = {
  /**
   * Decided from memory. Only an isolate that has not heard from the origin yet waits, for its location's
   * limit: for it alone this is a promise.
   */
  readonly admit: (
    input: AdmissionInput,
    waitUntil: (work: Promise<unknown>) => void,
  ) => MaybePromise<Admission>;
  /** Must follow each forward. */
  readonly settle: (ticket: Ticket, outcome: ForwardOutcome) => void;
  readonly state: () => IsolateAdmission["state"];
  /** Forwards that were settled, since this isolate started. */
  readonly forwards: () => Readonly<Record<ForwardOutcome["kind"], number>>;
};

export type AdmitDeps = {
  readonly isolate: IsolateAdmission;
  /** The Rate Limiting binding. Without it only the isolate's own window limits a cold start. */
  readonly limiter: RateLimit | undefined;
  /** Resolves when the origin is back, or with `away` after a while. */
  readonly watch: (() => Promise<"back" | "away">) | undefined;
  readonly failures: Failures;
  readonly clock: () => number;
  /** Returns a uniform number in [0, 1). */
  readonly draw: () => number;
};

/** Requests for similar items and searches that an isolate has at the origin at a time. */
const MAX_BYPASSING = 32;
/** The limiter counts in the same data centre: what takes longer is not worth a viewer's wait. */
const LIMITER_DEADLINE_MS = 50;

export function createAdmit({ isolate, limiter, watch, failures, clock, draw }: AdmitDeps): Admit {
  const isWithinLimit = createRateLimited(limiter, failures, LIMITER_DEADLINE_MS);
  const forwards = { answered: 0, failed: 0 };
  const watchOrigin = async (): Promise<void> => {
    try {
      isolate.watched((await watch?.()) ?? "unknown", clock());
    } catch (error) {
      failures.count("origin-watch", reasonOf(error));
      isolate.watched("unknown", clock());
    }
  };
  const decide = (limit: Limit, claim: Claim, armedFromMs: number | undefined): EdgeDecision => {
    if (limit === "credit" || limit === "holdout") {
      const decision = isolate.arrive(clock(), claim, armedFromMs);
      const isOver = decision.kind === "page" && decision.reason === "over-threshold";
      if (limit === "credit" || !isOver) return decision;
    }
    return isolate.bypass(clock(), limit === "none" ? Number.POSITIVE_INFINITY : MAX_BYPASSING);
  };
  const askLimiter = async (
    ticket: Ticket,
    { thresholdPerSec, armedFromMs }: AdmissionInput,
  ): Promise<Admission> => {
    const { key, units } = coldQuestion(thresholdPerSec, clock(), draw, armedFromMs !== undefined);
    if (await isWithinLimit(key, units)) return { kind: "forward", ticket, credited: false };
    isolate.denied(ticket, clock());
    return { kind: "page", reason: "over-threshold" };
  };
  return {
    admit: (input, waitUntil) => {
      const policy = decidePolicy(input);
      if (policy.kind === "page") return policy;
      const decision = decide(policy.limit, input.claim, input.armedFromMs);
      switch (decision.kind) {
        case "forward":
          return decision;
        case "ask-limiter":
          return askLimiter(decision.ticket, input);
        case "page":
          if (decision.watch) waitUntil(watchOrigin());
          return decision;
      }
    },
    settle: (ticket, outcome) => {
      forwards[outcome.kind] += 1;
      if (outcome.kind === "answered") isolate.answered(ticket, outcome.credit, clock());
      else isolate.failed(ticket, outcome.reason, clock());
    },
    state: () => isolate.state,
    forwards: () => forwards,
  };
}
