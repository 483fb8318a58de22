/**
 * Admission at the edge: one instance an isolate decides at once, from memory, whether a request is
 * forwarded.
 */
import { ClaimOrder, type Claim } from "./claim-order.ts";
import type { Credit } from "./credit.ts";
import { DemandMeter } from "./demand-meter.ts";
import type { EdgeDecision, OriginFailure, Ticket } from "./edge-decision.ts";
import { TokenBucket } from "./token-bucket.ts";
import { ForwardWindow } from "./window.ts";

export type IsolateOptions = {
  readonly isolate: string;
  /**
   * Returns a uniform number in [0, 1). It spreads what all isolates would otherwise do at the same moment.
   */
  readonly draw: () => number;
  /** True when an origin watch reports the origin's return, so that the isolate itself sends no probes. */
  readonly hasWatch: boolean;
};

/** How many unanswered requests an isolate may have before the first reply. */
const COLD_WINDOW = 1;
/** How many unanswered requests an isolate may have after its demand has collapsed. */
const COLLAPSED_WINDOW = 2;
/**
 * A cold isolate whose requests are this far apart asks the origin without the location's limit, which other
 * isolates may have used up.
 */
const RARE_GAP_MS = 1000;
/** A cold isolate that the location's limit has denied asks again after this time, multiplied by 1 to 2. */
const COLD_RETRY_MS = 500;
/**
 * The least depth of the credit's bucket in requests: a slow isolate's credit must not overflow between two
 * arrivals.
 */
const MIN_SHARE_DEPTH = 4;
/** In an armed window all buckets together are what a crowd finds at once. */
const ARMED_SHARE_DEPTH = 1;
/** In an armed window a cold isolate asks the origin at a random time within this span. */
const ARMED_COLD_MS = 20_000;
/** An isolate that has had so many requests a second, and has no more, has seen the crowd. */
const CROWD_PER_SEC = 5;
const SHARE_DEPTH_S = 0.25;
/**
 * The origin counts a share for a trip longer than its lease, so an isolate may use it while it asks for the
 * next one.
 */
const GRACE_MS = 400;
/**
 * One failure may be chance, but two in a row count as an outage. The number is how many failures this kind
 * counts for.
 */
const FAILURES_TO_DOWN: Record<OriginFailure, number> = {
  "origin-unreachable": 2,
  "origin-error": 1,
  deadline: 1,
};
const PROBE_BACKOFF_MS = 1000;
const MAX_PROBE_BACKOFF_MS = 30_000;
/** The platform may cancel the request that waits for the watch without telling the isolate. */
const WATCH_MS = 30_000;
/** After this time no reply will come: the request was cancelled together with its client. */
const TICKET_MS = 10_000;

const NO_CREDIT: EdgeDecision = { kind: "page", reason: "over-threshold", watch: false };

/**
 * The states of an isolate:
 * - cold: it may have one unanswered request, which counts against the location's limit;
 * - `open`: it forwards all that the window allows;
 * - `share`: it forwards through a token bucket at the credited rate. When the lease has ended, or its own
 *   demand has collapsed, one request asks for a new credit;
 * - down, after two failures in a row: it forwards nothing until the watch, or a rare probe, finds that the
 *   origin is back.
 */
export class IsolateAdmission {
  readonly #options: IsolateOptions;
  readonly #meter = new DemandMeter();
  readonly #window = new ForwardWindow();
  readonly #order = new ClaimOrder();
  /** Maps a sequence number to the time at which the isolate stops waiting for its reply. */
  readonly #unanswered = new Map<number, number>();
  readonly #bypassing = new Map<number, number>();
  /** No unanswered request is given up before: nearly every arrival is spared a look at the map. */
  #expiresMs = Number.POSITIVE_INFINITY;
  #sequence = 0;
  #newestSequence = 0;
  #credit: "none" | "open" | "share" = "none";
  #bucket = new TokenBucket(0, 0, 0);
  #leaseUntilMs = 0;
  /** When the newest credit came. */
  #creditedMs = Number.NEGATIVE_INFINITY;
  /** When the armed window began that holds, as of the newest request. */
  #windowMs: number | undefined;
  /** True in an armed window, until its crowd has come and gone. */
  #isArmed = false;
  #coldRetryMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #outages = 0;
  /** True when demand has collapsed, and no reply has come since. */
  #demandCollapsed = false;
  #down: OriginFailure | undefined;
  #returning = false;
  #probeMs = 0;
  #watchUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: IsolateOptions) {
    this.#options = options;
  }

  /** What `/health` shows. */
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

  /**
   * Decides about a request that may go to the origin. Only a share is given out in the order of claims: a
   * probe that asks for a credit is anybody's. `armedFromMs`: when the armed window began that holds, if one
   * does. The caller must call `answered` or `failed` once for each forward.
   */
  arrive(nowMs: number, claim: Claim, armedFromMs?: number): EdgeDecision {
    if (nowMs >= this.#expiresMs) this.#expiresMs = expire(this.#unanswered, nowMs);
    if (armedFromMs !== this.#windowMs) this.#arm(armedFromMs, nowMs);
    const { demandPerSec } = this.#meter;
    this.#meter.arrive(nowMs);
    this.#order.arrive(claim, nowMs);
    if (this.#down !== undefined) return this.#whileDown(this.#down, nowMs);
    this.#demandCollapsed ||=
      this.#meter.collapsed || (this.#credit === "none" && this.#meter.gapMs >= RARE_GAP_MS);
    // The crowd has come and gone: what follows is no longer expected.
    if (this.#meter.collapsed && demandPerSec >= CROWD_PER_SEC) this.#isArmed = false;
    const collapsedWindow = this.#isArmed ? 1 : COLLAPSED_WINDOW;
    if (this.#demandCollapsed && this.#unanswered.size < collapsedWindow) return this.#ask(nowMs);
    if (this.#returning || this.#failures > 0)
      return this.#isIdle() ? this.#forward(nowMs, false) : NO_CREDIT;
    switch (this.#credit) {
      case "none":
        if (this.#unanswered.size >= COLD_WINDOW || nowMs < this.#coldRetryMs) return NO_CREDIT;
        return { kind: "ask-limiter", ticket: this.#ticket(nowMs) };
      case "open":
        // What was open before the window began may be a share now.
        if (this.#isArmed && this.#creditedMs < (armedFromMs ?? 0))
          return this.#isIdle() ? this.#forward(nowMs, false) : NO_CREDIT;
        return this.#withinWindow(nowMs) ? this.#forward(nowMs, true) : NO_CREDIT;
      case "share": {
        const over = nowMs >= this.#leaseUntilMs;
        // A crowd that finds many leases ended must find no free requests: there the next token asks.
        const spends = this.#isArmed && this.#bucket.ratePerSec > 0;
        if (over && !spends && this.#isIdle()) return this.#ask(nowMs);
        // The bucket is checked first: in a spike it is nearly always empty, and the window costs a square
        // root and an exponential.
        const ended = nowMs >= this.#leaseUntilMs + GRACE_MS && !spends;
        if (ended || !this.#order.mayTake(claim, this.#bucket, nowMs) || !this.#withinWindow(nowMs))
          return NO_CREDIT;
        this.#bucket.spend(1);
        return this.#forward(nowMs, true);
      }
    }
  }

  /**
   * Decides about a request that spends no credit: at most `maxInFlight` such requests are in flight, and
   * none while the origin is down.
   */
  bypass(nowMs: number, maxInFlight: number): EdgeDecision {
    expire(this.#bypassing, nowMs);
    if (this.#down !== undefined) return this.#whileDown(this.#down, nowMs);
    if (this.#bypassing.size >= maxInFlight) return NO_CREDIT;
    this.#sequence += 1;
    this.#bypassing.set(this.#sequence, nowMs + TICKET_MS);
    return {
      kind: "forward",
      credited: true,
      ticket: { sequence: this.#sequence, sentMs: nowMs, report: undefined },
    };
  }

  /** The location's limit has denied a cold request. */
  denied({ sequence }: Ticket, nowMs: number): void {
    this.#unanswered.delete(sequence);
    this.#coldRetryMs =
      nowMs +
      (this.#isArmed ? ARMED_COLD_MS * this.#options.draw() : COLD_RETRY_MS * (1 + this.#options.draw()));
  }

  /** The origin has answered, with a page or with 429. An origin that sends no credit counts as open. */
  answered({ sequence, sentMs, report }: Ticket, credit: Credit | undefined, nowMs: number): void {
    this.#settle(sequence);
    this.#failures = this.#outages = 0;
    this.#returning = false;
    this.#down = undefined;
    if (report === undefined) return;
    this.#window.answered(nowMs - sentMs);
    // Replies can overtake each other, and an older reply knows less.
    if (sequence < this.#newestSequence) return;
    this.#newestSequence = sequence;
    this.#demandCollapsed = false;
    this.#creditedMs = nowMs;
    if (credit === undefined || credit.kind === "open") {
      this.#credit = "open";
      this.#meter.holds(undefined);
    } else this.#applyShare(credit, nowMs);
  }

  /** The origin has not answered. */
  failed({ sequence }: Ticket, failure: OriginFailure, nowMs: number): void {
    this.#settle(sequence);
    if (this.#down !== undefined) return;
    this.#failures += this.#returning ? 2 : FAILURES_TO_DOWN[failure];
    if (this.#failures < 2) return;
    this.#failures = 0;
    this.#returning = false;
    this.#down = failure;
    this.#probeMs = this.#outages === 0 && this.#options.hasWatch ? nowMs : this.#nextProbe(nowMs);
    this.#watchUntilMs = Number.NEGATIVE_INFINITY;
    this.#outages += 1;
  }

  /**
   * Takes the answer of the watch: the origin is `back`, or still `away`, or the watch could not be asked
   * (`unknown`).
   */
  watched(found: "back" | "away" | "unknown", nowMs: number): void {
    this.#watchUntilMs = Number.NEGATIVE_INFINITY;
    if (this.#down === undefined) return;
    if (found === "back") this.#resume();
    else if (found === "unknown") this.#probeMs = this.#nextProbe(nowMs);
  }

  #whileDown(failure: OriginFailure, nowMs: number): EdgeDecision {
    const resting = nowMs < this.#probeMs;
    if (!this.#options.hasWatch) {
      if (resting) return { kind: "page", reason: failure, watch: false };
      this.#resume();
      return this.#forward(nowMs, false);
    }
    const watch = !resting && nowMs >= this.#watchUntilMs;
    if (watch) this.#watchUntilMs = nowMs + WATCH_MS;
    return { kind: "page", reason: failure, watch };
  }

  #resume(): void {
    this.#down = undefined;
    this.#returning = true;
    this.#unanswered.clear();
  }

  /** The wait doubles with each outage in a row, and is multiplied by 0.5 to 1.5. */
  #nextProbe(nowMs: number): number {
    const backoffMs = Math.min(MAX_PROBE_BACKOFF_MS, PROBE_BACKOFF_MS * 2 ** this.#outages);
    return nowMs + backoffMs * (0.5 + this.#options.draw());
  }

  #applyShare({ ratePerSec, leaseMs }: Extract<Credit, { kind: "share" }>, nowMs: number): void {
    const least = this.#isArmed ? ARMED_SHARE_DEPTH : MIN_SHARE_DEPTH;
    const depth = Math.max(least, ratePerSec * SHARE_DEPTH_S);
    if (this.#credit === "share") this.#bucket.setRate(ratePerSec, depth, nowMs);
    // The first token comes at a random time, because isolates that are credited together must not send
    // together.
    else {
      this.#bucket = new TokenBucket(ratePerSec, depth, nowMs, this.#options.draw());
      this.#order.begin(this.#meter.demandPerSec);
    }
    this.#order.setRate(ratePerSec);
    this.#credit = "share";
    // Armed isolates wait for their tokens, so a gap must say more than that.
    this.#meter.holds(this.#isArmed ? undefined : ratePerSec);
    this.#leaseUntilMs = nowMs + leaseMs;
  }

  /** A window begins or ends, or a cold isolate meets its first. */
  #arm(armedFromMs: number | undefined, nowMs: number): void {
    this.#windowMs = armedFromMs;
    this.#isArmed = armedFromMs !== undefined;
    if (this.#isArmed && this.#credit === "none")
      this.#coldRetryMs = nowMs + ARMED_COLD_MS * this.#options.draw();
  }

  #isIdle(): boolean {
    return this.#unanswered.size === 0;
  }

  #withinWindow(nowMs: number): boolean {
    const { size } = this.#unanswered;
    return size < this.#window.size(nowMs, size);
  }

  /** Asks for a credit: under a share with the next token, before it is there. */
  #ask(nowMs: number): EdgeDecision {
    // Debts do not add up: an isolate that owed three tokens would hear of the end of a spike after ten
    // seconds.
    if (this.#credit === "share" && this.#bucket.holds(nowMs, 0)) this.#bucket.spend(1);
    return this.#forward(nowMs, false);
  }

  #forward(nowMs: number, credited: boolean): EdgeDecision {
    return { kind: "forward", credited, ticket: this.#ticket(nowMs) };
  }

  #ticket(nowMs: number): Ticket {
    const { demandPerSec, sinceForward: arrivals, collapsed } = this.#meter;
    const report = { isolate: this.#options.isolate, demandPerSec, arrivals, collapsed };
    this.#sequence += 1;
    this.#unanswered.set(this.#sequence, nowMs + TICKET_MS);
    this.#expiresMs = Math.min(this.#expiresMs, nowMs + TICKET_MS);
    this.#meter.forwarded();
    this.#window.forwarded(nowMs);
    return { sequence: this.#sequence, sentMs: nowMs, report };
  }

  #settle(sequence: number): void {
    this.#unanswered.delete(sequence);
    this.#bypassing.delete(sequence);
  }
}

/**
 * Gives up what will not be answered any more, and returns when the next one will be. Entries stand in the
 * order in which they were sent.
 */
function expire(unanswered: Map<number, number>, nowMs: number): number {
  for (const [sequence, untilMs] of unanswered) {
    if (untilMs > nowMs) return untilMs;
    unanswered.delete(sequence);
  }
  return Number.POSITIVE_INFINITY;
}
