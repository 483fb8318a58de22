import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CLAIMS, type Claim } from "./claim-order.ts";
import type { Credit } from "./credit.ts";
import type { EdgeDecision, Ticket } from "./edge-decision.ts";
import { IsolateAdmission } from "./isolate-admission.ts";

const OPEN: Credit = { kind: "open" };
const RTT_MS = 50;

function isolate(hasWatch = false): IsolateAdmission {
  return new IsolateAdmission({ isolate: "i1", draw: () => 0.5, hasWatch });
}

function ticketOf(decision: EdgeDecision): Ticket {
  if (decision.kind === "page") throw new Error(`served a page: ${decision.reason}`);
  return decision.ticket;
}

/** An isolate that has received `credit` from an origin 50 ms away. */
function credited(credit: Credit | undefined): IsolateAdmission {
  const admission = isolate();
  admission.answered(ticketOf(admission.arrive(0, "stranger")), credit, RTT_MS);
  return admission;
}

/**
 * Counts how many of `arrivals`, one every `gapMs`, are forwarded when each is answered at once with
 * `credit`.
 */
function forwards(
  admission: IsolateAdmission,
  fromMs: number,
  arrivals: number,
  gapMs: number,
  credit: Credit,
): number {
  let count = 0;
  for (let at = 0; at < arrivals; at += 1) {
    const nowMs = fromMs + at * gapMs;
    const decision = admission.arrive(nowMs, "stranger");
    if (decision.kind === "page") continue;
    count += 1;
    admission.answered(decision.ticket, credit, nowMs);
  }
  return count;
}

function share(ratePerSec: number, leaseMs = 10_000): Credit {
  return { kind: "share", ratePerSec, leaseMs };
}

/** An isolate whose origin has refused a connection. */
function down(hasWatch: boolean): IsolateAdmission {
  const admission = isolate(hasWatch);
  admission.failed(ticketOf(admission.arrive(0, "stranger")), "origin-unreachable", 10);
  return admission;
}

/** Counts what a crowd of 100 a second finds within `ms`, while no reply comes. */
function found(admission: IsolateAdmission, fromMs: number, ms: number, armedFromMs?: number): number {
  let count = 0;
  for (let nowMs = fromMs; nowMs < fromMs + ms; nowMs += 10)
    if (admission.arrive(nowMs, "stranger", armedFromMs).kind !== "page") count += 1;
  return count;
}

/** How long a cold isolate keeps a crowd from the origin. */
function asks(armedFromMs?: number): number {
  const admission = isolate();
  for (let nowMs = 2000; ; nowMs += 10)
    if (admission.arrive(nowMs, "stranger", armedFromMs).kind !== "page") return nowMs - 2000;
}

describe("an isolate in an armed window", () => {
  const FROM_MS = 1000;
  test("asks once where it was open before, and then obeys what it hears", () => {
    const admission = credited(OPEN);
    const asking = admission.arrive(1100, "stranger", FROM_MS);
    expect(asking).toMatchObject({ kind: "forward", credited: false });
    expect(admission.arrive(1110, "stranger", FROM_MS).kind).toBe("page");
    admission.answered(ticketOf(asking), OPEN, 1150);
    expect(admission.arrive(1200, "stranger", FROM_MS)).toMatchObject({ kind: "forward", credited: true });
  });

  test("keeps one request for a crowd and not four, and has none for nothing when its lease is over", () => {
    const holding = (credit: Credit): IsolateAdmission => {
      const admission = credited(OPEN);
      admission.answered(ticketOf(admission.arrive(1000, "stranger", FROM_MS)), credit, 1000);
      return admission;
    };
    expect(found(holding(share(3)), 2600, 200, FROM_MS)).toBe(1);
    expect(found(credited(share(3)), 2600, 200)).toBeGreaterThan(1);
    expect(found(holding(share(0.1, 1000)), 2600, 200, FROM_MS)).toBe(0);
    expect(found(credited(share(0.1, 1000)), 2600, 200)).toBe(1);
  });

  test("waits at random within twenty seconds where it is cold, so that a crowd's isolates do not ask together", () => {
    expect(asks()).toBe(0);
    expect(asks(FROM_MS)).toBe(10_000);
  });

  test("is as always when the crowd has gone, and when the window is over", () => {
    const gone = credited(OPEN);
    gone.answered(ticketOf(gone.arrive(1000, "stranger", FROM_MS)), share(0.1, 1000), 1000);
    found(gone, 1010, 3000, FROM_MS);
    expect(gone.arrive(6000, "stranger", FROM_MS)).toMatchObject({ kind: "forward", credited: false });
    const over = credited(share(0.1, 1000));
    expect(over.arrive(1100, "stranger", FROM_MS).kind).toBe("page");
    expect(over.arrive(1200, "stranger", undefined)).toMatchObject({ kind: "forward", credited: false });
  });
});

describe("a cold isolate", () => {
  test("asks its location's limit before the first request goes to the origin", () => {
    expect(isolate().arrive(0, "stranger")).toMatchObject({
      kind: "ask-limiter",
      ticket: { report: { isolate: "i1", arrivals: 1, collapsed: false } },
    });
  });

  test("has one request unanswered, and serves pages meanwhile", () => {
    const admission = isolate();
    admission.arrive(0, "stranger");
    expect(admission.arrive(1, "stranger")).toEqual({ kind: "page", reason: "over-threshold", watch: false });
  });

  test("that was denied waits before it asks again", () => {
    const admission = isolate();
    admission.denied(ticketOf(admission.arrive(0, "stranger")), 1);
    expect(admission.arrive(700, "stranger").kind).toBe("page");
    expect(admission.arrive(760, "stranger").kind).toBe("ask-limiter");
  });

  test("that was denied asks without the limit once its requests are rare", () => {
    const admission = isolate();
    admission.denied(ticketOf(admission.arrive(0, "stranger")), 1);
    expect(admission.arrive(1200, "stranger")).toMatchObject({ kind: "forward", credited: false });
  });
});

describe("an open isolate", () => {
  test("forwards all steady traffic", () => {
    expect(forwards(credited(OPEN), 100, 500, 20, OPEN)).toBe(500);
  });

  test("lets a jump through only as far as its window, until the first reply", () => {
    const admission = credited(OPEN);
    forwards(admission, 100, 20, 500, OPEN);
    const jump = Array.from({ length: 1000 }, (_, at) => admission.arrive(10_200 + at / 10, "stranger"));
    expect(jump.filter(({ kind }) => kind === "forward").length).toBeLessThanOrEqual(4);
  });

  test("stays open when the origin sends no credit", () => {
    expect(credited(undefined).state.credit).toBe("open");
  });
});

describe("an isolate with a share", () => {
  test("forwards at its rate through a hundredfold jump, with no message", () => {
    const count = forwards(credited(share(5)), 100, 9000, 1, share(5));
    expect(count).toBeGreaterThanOrEqual(43);
    expect(count).toBeLessThanOrEqual(47);
  });

  test("gives it to whoever comes first in the order of claims, and reports the arrivals of all", () => {
    const admission = credited(share(10));
    const forwarded = new Map<Claim, number>();
    let reported = 0;
    for (let at = 0; at < 4000; at += 1) {
      const claim: Claim = at % 40 === 0 ? "proven-without-state" : at % 10 === 0 ? "carrier" : "stranger";
      const decision = admission.arrive(100 + at * 10, claim);
      if (decision.kind === "page") continue;
      forwarded.set(claim, (forwarded.get(claim) ?? 0) + 1);
      reported += decision.ticket.report?.arrivals ?? 0;
      admission.answered(decision.ticket, share(10), 100 + at * 10);
    }
    // Of 100 a second 2.5 are proven, 7.5 carry a state, and ten are forwarded.
    expect(forwarded.get("proven-without-state")).toBe(100);
    expect(forwarded.get("carrier")).toBeGreaterThan(270);
    expect(forwarded.get("stranger") ?? 0).toBeLessThan(30);
    expect(reported).toBeGreaterThan(3980);
  });

  test("lets a stranger ask for the next credit when nobody else comes", () => {
    const admission = credited(share(0.1, 1000));
    for (let at = 0; at < 100; at += 1) admission.arrive(60 + at * 9, "proven-without-state");
    expect(admission.arrive(1100, "stranger")).toMatchObject({ kind: "forward", credited: false });
  });

  test("reports with each forward how many requests it stands for", () => {
    const admission = credited(share(10));
    const reports = [];
    for (let nowMs = 100; nowMs < 1100; nowMs += 10) {
      const decision = admission.arrive(nowMs, "stranger");
      if (decision.kind === "page") continue;
      reports.push(decision.ticket.report?.arrivals ?? 0);
      admission.answered(decision.ticket, share(10), nowMs);
    }
    expect(reports.length).toBeGreaterThan(5);
    for (const arrivals of reports.slice(1)) expect(Math.abs(arrivals - 10)).toBeLessThanOrEqual(1);
  });

  test("asks with one request when the lease is over", () => {
    const admission = credited(share(0, 1000));
    expect(admission.arrive(900, "stranger").kind).toBe("page");
    expect(admission.arrive(1100, "stranger")).toMatchObject({ kind: "forward", credited: false });
    expect(admission.arrive(1101, "stranger").kind).toBe("page");
  });

  test("asks with its next token, so that leases that end add nothing to the rate", () => {
    const admission = credited(share(1, 300));
    expect(forwards(admission, 400, 1, 50, share(1))).toBe(1);
    // At 50 ms half a token was there, so the one that was taken early is made up for at 1,550 ms.
    expect(forwards(admission, 450, 21, 50, share(1))).toBe(0);
    expect(forwards(admission, 1550, 2, 50, share(1))).toBe(1);
  });

  test("asks after a gap that the share makes rare enough, and owes one token for it at the most", () => {
    const after = (gapMs: number): EdgeDecision["kind"] => {
      const admission = credited(share(1));
      forwards(admission, 1000, 120, 50, share(1));
      return admission.arrive(6950 + gapMs, "stranger").kind;
    };
    // Twenty tokens, of twenty requests each: a gap of ln 400 = 6 expected requests, which is 300 ms.
    expect([after(250), after(350)]).toEqual(["page", "forward"]);
    const admission = credited(share(1));
    forwards(admission, 1000, 120, 50, share(1));
    // Two ask before the first reply, and owe one token together.
    const asked = [7500, 7510].map((atMs) => ticketOf(admission.arrive(atMs, "stranger")));
    for (const ticket of asked) admission.answered(ticket, share(1), 7515);
    expect(forwards(admission, 7550, 100, 50, share(1))).toBeGreaterThanOrEqual(4);
  });

  test("uses its old rate for a trip while it asks for the next one, and then no more", () => {
    const admission = credited(share(10, 1000));
    expect(admission.arrive(1100, "stranger")).toMatchObject({ kind: "forward", credited: false });
    expect(admission.arrive(1110, "stranger")).toMatchObject({ kind: "forward", credited: true });
    expect(admission.arrive(1460, "stranger").kind).toBe("page");
  });

  test("asks at once when its own demand has collapsed, and reports that", () => {
    const admission = credited(share(0));
    for (let nowMs = 100; nowMs < 2000; nowMs += 10)
      expect(admission.arrive(nowMs, "stranger").kind).toBe("page");
    expect(admission.arrive(2300, "stranger")).toMatchObject({
      kind: "forward",
      credited: false,
      ticket: { report: { collapsed: true, arrivals: 1 } },
    });
  });

  test("follows the reply to the newest request, not the reply that comes last", () => {
    const admission = credited(OPEN);
    const [first, second] = [
      ticketOf(admission.arrive(100, "stranger")),
      ticketOf(admission.arrive(101, "stranger")),
    ];
    admission.answered(second, share(1), 150);
    admission.answered(first, OPEN, 160);
    expect(admission.state.credit).toBe("share");
  });
});

describe("an isolate whose origin does not answer", () => {
  test("forwards nothing more after a refused connection, with the reason", () => {
    expect(down(false).arrive(20, "stranger")).toEqual({
      kind: "page",
      reason: "origin-unreachable",
      watch: false,
    });
  });

  test("continues after one missed deadline, and stops after two in a row", () => {
    const admission = credited(OPEN);
    admission.failed(ticketOf(admission.arrive(100, "stranger")), "deadline", 350);
    const second = ticketOf(admission.arrive(360, "stranger"));
    expect(admission.arrive(361, "stranger")).toMatchObject({ kind: "page", reason: "over-threshold" });
    admission.failed(second, "deadline", 610);
    expect(admission.arrive(620, "stranger")).toMatchObject({ kind: "page", reason: "deadline" });
  });

  test("without a watch probes ever more rarely", () => {
    const admission = down(false);
    let probes = 0;
    for (let nowMs = 20; nowMs < 120_000; nowMs += 20) {
      const decision = admission.arrive(nowMs, "stranger");
      if (decision.kind === "page") continue;
      probes += 1;
      admission.failed(decision.ticket, "origin-unreachable", nowMs + 5);
    }
    expect(probes).toBeGreaterThanOrEqual(4);
    expect(probes).toBeLessThanOrEqual(9);
  });

  test("with a watch asks it once, and sends one request when the watch reports the return", () => {
    const admission = down(true);
    expect(admission.arrive(20, "stranger")).toMatchObject({ kind: "page", watch: true });
    expect(admission.arrive(21, "stranger")).toMatchObject({ kind: "page", watch: false });
    admission.watched("back", 1000);
    const probe = ticketOf(admission.arrive(1010, "stranger"));
    expect(admission.arrive(1011, "stranger").kind).toBe("page");
    admission.answered(probe, OPEN, 1050);
    expect(admission.arrive(1060, "stranger")).toMatchObject({ kind: "forward", credited: true });
  });

  test("asks the watch again when the origin is still away, and when the watch never answers", () => {
    const admission = down(true);
    admission.arrive(20, "stranger");
    admission.watched("away", 20_000);
    expect(admission.arrive(20_001, "stranger")).toMatchObject({ watch: true });
    expect(admission.arrive(49_000, "stranger")).toMatchObject({ watch: false });
    expect(admission.arrive(51_000, "stranger")).toMatchObject({ watch: true });
  });
});

describe("requests that bypass the credit", () => {
  test("are few at a time, do not count as demand, and stop while the origin is down", () => {
    const admission = credited({ kind: "share", ratePerSec: 0, leaseMs: 10_000 });
    const decisions = Array.from({ length: 5 }, () => admission.bypass(100, 3));
    expect(decisions.filter(({ kind }) => kind === "forward")).toHaveLength(3);
    expect(ticketOf(decisions[0] as EdgeDecision).report).toBeUndefined();
    admission.answered(ticketOf(decisions[0] as EdgeDecision), undefined, 120);
    expect(admission.state.credit).toBe("share");
    admission.failed(ticketOf(decisions[1] as EdgeDecision), "origin-unreachable", 130);
    expect(admission.bypass(140, 3)).toMatchObject({ kind: "page", reason: "origin-unreachable" });
  });
});

test("a request whose client has gone does not stay unanswered for ever", () => {
  const admission = isolate();
  admission.arrive(0, "stranger");
  for (let nowMs = 100; nowMs < 10_000; nowMs += 100)
    expect(admission.arrive(nowMs, "stranger").kind).toBe("page");
  expect(admission.arrive(10_100, "stranger").kind).not.toBe("page");
});

test("whatever arrives, and whatever the clock does, it neither throws nor exceeds rate, window and probes", () => {
  const step = fc.record({
    ms: fc.oneof(fc.constant(0), fc.integer({ min: -3_600_000, max: 10 }), fc.integer({ min: 0, max: 400 })),
    claim: fc.constantFrom(...CLAIMS),
    reply: fc.constantFrom("open", "share", "failed", "none"),
    rate: fc.double({ min: 0, max: 20, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const admission = isolate();
      let nowMs = 1e12;
      for (const { ms, reply, rate, claim } of steps) {
        nowMs += ms;
        const decision = admission.arrive(nowMs, claim);
        const { demandPerSec, unanswered } = admission.state;
        expect(demandPerSec).toBeGreaterThanOrEqual(0);
        expect(demandPerSec).toBeLessThan(1e6);
        expect(unanswered).toBeLessThanOrEqual(steps.length);
        if (decision.kind === "page") continue;
        if (reply === "open") admission.answered(decision.ticket, OPEN, nowMs + 5);
        else if (reply === "share") {
          admission.answered(decision.ticket, { kind: "share", ratePerSec: rate, leaseMs: 1000 }, nowMs + 5);
        } else if (reply === "failed") admission.failed(decision.ticket, "deadline", nowMs + 5);
      }
    }),
  );
});
