/** The edge's enforcer: decides at once, from memory, whether one isolate forwards a request. One instance an isolate. */
import type { Credit, DemandReport } from "./credit.ts";
import { DemandMeter } from "./demand-meter.ts";
import { TokenBucket } from "./token-bucket.ts";
import { ForwardWindow } from "./window.ts";

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
  /** `credited`: the origin is expected to take it; otherwise have the page ready. */
  | { readonly kind: "forward"; readonly credited: boolean; readonly ticket: Ticket }
  /** No word from the origin yet: the location's limit decides, then {@link IsolateAdmission.denied} or the forward. */
  | { readonly kind: "ask-limiter"; readonly ticket: Ticket }
  /** `watch`: somebody should wait for the origin's return, and tell {@link IsolateAdmission.watched}. */
  | { readonly kind: "page"; readonly reason: "over-threshold" | OriginFailure; readonly watch: boolean };

export type IsolateOptions = {
  readonly isolate: string;
  /** Uniform in [0, 1): spreads what would otherwise happen at once everywhere. */
  readonly draw: () => number;
  /** True where something else than this isolate's own probes tells of the origin's return. */
  readonly hasWatch: boolean;
};

/** Unanswered requests of an isolate that has heard nothing yet. */
const COLD_WINDOW = 1;
/** Unanswered requests of an isolate whose demand has collapsed. */
const CALM_WINDOW = 2;
/** A cold isolate with so few requests asks without the location's limit, which others may have used up. */
const CALM_GAP_MS = 1000;
/** A cold isolate that the location's limit has turned away asks again after this, times 1 to 2. */
const COLD_RETRY_MS = 500;
/** A bucket's depth: at least 4 requests, so that a slow isolate's credit does not run over between two arrivals. */
const LEAST_SHARE_DEPTH = 4;
const SHARE_DEPTH_S = 0.25;
/** A single failure may be chance; two in a row are taken for an outage. The number is how many this one counts for. */
const FAILURES_TO_DOWN: Record<OriginFailure, number> = {
  "origin-unreachable": 2,
  "origin-error": 1,
  deadline: 1,
};
const PROBE_BACKOFF_MS = 1000;
const MAX_PROBE_BACKOFF_MS = 30_000;
/** The platform may cancel whoever waits for the origin, without telling us. */
const WATCH_MS = 30_000;
/** A reply that has not come by then never will: the request was cancelled with its client. */
const TICKET_MS = 10_000;

const NO_CREDIT: EdgeDecision = { kind: "page", reason: "over-threshold", watch: false };

/**
 * Cold: one unanswered request, counted against the location's limit. `open`: all that the window lets
 * through. `share`: a token bucket at the credited rate; when the lease has ended, or the isolate's own demand has
 * collapsed, one request asks again. After two failures in a row nothing is forwarded until the watch, or a rare probe, finds the origin back.
 */
export class IsolateAdmission {
  readonly #options: IsolateOptions;
  readonly #meter = new DemandMeter();
  readonly #window = new ForwardWindow();
  /** Sequence number → when it is given up. */
  readonly #unanswered = new Map<number, number>();
  readonly #bypassing = new Map<number, number>();
  #sequence = 0;
  #heardSequence = 0;
  #credit: "none" | "open" | "share" = "none";
  #bucket = new TokenBucket(0, 0, 0);
  #leaseUntilMs = 0;
  #coldRetryMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #relapses = 0;
  /** Demand has collapsed, and the origin has not said since what that means. */
  #calmed = false;
  #down: OriginFailure | undefined;
  #returning = false;
  #probeMs = 0;
  #watchUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: IsolateOptions) {
    this.#options = options;
  }

  /** For `/health`. */
  get state() {
    const { demandPerSec } = this.#meter;
    return {
      credit: this.#credit,
      ...(this.#credit === "share" && { ratePerSec: this.#bucket.ratePerSec }),
      demandPerSec,
      unanswered: this.#unanswered.size,
      ...(this.#down !== undefined && { down: this.#down }),
    };
  }

  /** A request that may go to the origin has arrived. Each forward must be followed by `answered` or `failed`. */
  arrive(nowMs: number): EdgeDecision {
    giveUp(this.#unanswered, nowMs);
    this.#meter.arrive(nowMs);
    if (this.#down !== undefined) return this.#whileDown(this.#down, nowMs);
    const idle = this.#unanswered.size === 0;
    this.#calmed ||= this.#meter.fell || (this.#credit === "none" && this.#meter.gapMs >= CALM_GAP_MS);
    if (this.#calmed && this.#unanswered.size < CALM_WINDOW) return this.#forward(nowMs, false);
    if (this.#returning || this.#failures > 0) return idle ? this.#forward(nowMs, false) : NO_CREDIT;
    switch (this.#credit) {
      case "none":
        if (this.#unanswered.size >= COLD_WINDOW || nowMs < this.#coldRetryMs) return NO_CREDIT;
        return { kind: "ask-limiter", ticket: this.#ticket(nowMs) };
      case "open":
        return this.#withinWindow(nowMs) ? this.#forward(nowMs, true) : NO_CREDIT;
      case "share": {
        const over = nowMs >= this.#leaseUntilMs;
        if (over && idle) return this.#forward(nowMs, false);
        // The bucket first: in a spike it is empty nearly always, and the window costs a root and an exponential.
        if (over || !this.#bucket.holds(nowMs) || !this.#withinWindow(nowMs)) return NO_CREDIT;
        this.#bucket.spend(1);
        return this.#forward(nowMs, true);
      }
    }
  }

  /** A request that no credit is spent on: at most `most` of them at a time, and none while the origin is gone. */
  bypass(nowMs: number, most: number): EdgeDecision {
    giveUp(this.#bypassing, nowMs);
    if (this.#down !== undefined) return this.#whileDown(this.#down, nowMs);
    if (this.#bypassing.size >= most) return NO_CREDIT;
    this.#sequence += 1;
    this.#bypassing.set(this.#sequence, nowMs + TICKET_MS);
    return {
      kind: "forward",
      credited: true,
      ticket: { sequence: this.#sequence, sentMs: nowMs, report: undefined },
    };
  }

  /** The location's limit has turned a cold request away. */
  denied({ sequence }: Ticket, nowMs: number): void {
    this.#unanswered.delete(sequence);
    this.#coldRetryMs = nowMs + COLD_RETRY_MS * (1 + this.#options.draw());
  }

  /** The origin has answered, with a page or with 429. An origin that gives no credit is open. */
  answered({ sequence, sentMs, report }: Ticket, credit: Credit | undefined, nowMs: number): void {
    this.#settle(sequence);
    this.#failures = this.#relapses = 0;
    this.#returning = false;
    this.#down = undefined;
    if (report === undefined) return;
    this.#window.answered(nowMs - sentMs);
    // Replies overtake each other: an older one knows less.
    if (sequence < this.#heardSequence) return;
    this.#heardSequence = sequence;
    this.#calmed = false;
    if (credit === undefined || credit.kind === "open") this.#credit = "open";
    else this.#take(credit, nowMs);
  }

  /** The origin has not answered. */
  failed({ sequence }: Ticket, why: OriginFailure, nowMs: number): void {
    this.#settle(sequence);
    if (this.#down !== undefined) return;
    this.#failures += this.#returning ? 2 : FAILURES_TO_DOWN[why];
    if (this.#failures < 2) return;
    this.#failures = 0;
    this.#returning = false;
    this.#down = why;
    this.#probeMs = this.#relapses === 0 && this.#options.hasWatch ? nowMs : this.#nextProbe(nowMs);
    this.#watchUntilMs = Number.NEGATIVE_INFINITY;
    this.#relapses += 1;
  }

  /** What the watch has found: `back`, `away` (still), or `unknown` where the watch itself could not be asked. */
  watched(found: "back" | "away" | "unknown", nowMs: number): void {
    this.#watchUntilMs = Number.NEGATIVE_INFINITY;
    if (this.#down === undefined) return;
    if (found === "back") this.#comeBack();
    else if (found === "unknown") this.#probeMs = this.#nextProbe(nowMs);
  }

  #whileDown(why: OriginFailure, nowMs: number): EdgeDecision {
    const resting = nowMs < this.#probeMs;
    if (!this.#options.hasWatch) {
      if (resting) return { kind: "page", reason: why, watch: false };
      this.#comeBack();
      return this.#forward(nowMs, false);
    }
    const watch = !resting && nowMs >= this.#watchUntilMs;
    if (watch) this.#watchUntilMs = nowMs + WATCH_MS;
    return { kind: "page", reason: why, watch };
  }

  #comeBack(): void {
    this.#down = undefined;
    this.#returning = true;
    this.#unanswered.clear();
  }

  /** Doubles with each failure in a row, times 0.5 to 1.5. */
  #nextProbe(nowMs: number): number {
    const backoffMs = Math.min(MAX_PROBE_BACKOFF_MS, PROBE_BACKOFF_MS * 2 ** this.#relapses);
    return nowMs + backoffMs * (0.5 + this.#options.draw());
  }

  #take({ ratePerSec, leaseMs }: Extract<Credit, { kind: "share" }>, nowMs: number): void {
    const depth = Math.max(LEAST_SHARE_DEPTH, ratePerSec * SHARE_DEPTH_S);
    if (this.#credit === "share") this.#bucket.setRate(ratePerSec, depth, nowMs);
    // At a point of its cycle drawn at random: isolates that are credited at the same time must not send at the same time.
    else this.#bucket = new TokenBucket(ratePerSec, depth, nowMs, this.#options.draw());
    this.#credit = "share";
    this.#leaseUntilMs = nowMs + leaseMs;
  }

  #withinWindow(nowMs: number): boolean {
    return this.#unanswered.size < this.#window.size(nowMs);
  }

  #forward(nowMs: number, credited: boolean): EdgeDecision {
    return { kind: "forward", credited, ticket: this.#ticket(nowMs) };
  }

  #ticket(nowMs: number): Ticket {
    const { demandPerSec, sinceForward: arrivals, fell } = this.#meter;
    const report = { isolate: this.#options.isolate, demandPerSec, arrivals, fell };
    this.#sequence += 1;
    this.#unanswered.set(this.#sequence, nowMs + TICKET_MS);
    this.#meter.forwarded();
    this.#window.forwarded(nowMs);
    return { sequence: this.#sequence, sentMs: nowMs, report };
  }

  #settle(sequence: number): void {
    this.#unanswered.delete(sequence);
    this.#bypassing.delete(sequence);
  }
}

/** Oldest first. */
function giveUp(unanswered: Map<number, number>, nowMs: number): void {
  if (unanswered.size === 0) return;
  for (const [sequence, untilMs] of unanswered) {
    if (untilMs > nowMs) return;
    unanswered.delete(sequence);
  }
}
